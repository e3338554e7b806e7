import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recommender } from '../../index.js';
import { createApp } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

let recommender: Recommender;
beforeAll(async () => {
  recommender = await testRecommender();
});
afterAll(() => recommender.close());

type App = ReturnType<typeof createApp>;

function post(app: App, url: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ session: 's' });
  return Promise.resolve(
    app.request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }),
  );
}

describe('with tokens', () => {
  const tokens = {
    deciding: 'deciding-0123456789',
    feedback: ['feedback-0123456789'],
    administration: 'admin-0123456789',
    monitoring: 'monitor-0123456789',
  };
  const ROUTES = [
    ['POST', '/v1/recommend', ['deciding']],
    ['POST', '/v1/observe', ['deciding']],
    ['POST', '/v1/decisions/d/activate', ['deciding', 'feedback']],
    ['POST', '/v1/feedback', ['feedback']],
    ['POST', '/v1/feedback/retract', ['feedback']],
    ['POST', '/v1/sessions/s/end', ['deciding', 'feedback']],
    ['GET', '/v1/items', ['deciding', 'administration']],
    ['PUT', '/v1/items/x', ['administration']],
    ['DELETE', '/v1/items/x', ['administration']],
    ['DELETE', '/v1/users/x', ['administration']],
    ['GET', '/v1/status', ['monitoring', 'administration']],
    ['GET', '/metrics', ['monitoring', 'administration']],
    ['POST', '/personalizer/v1.0/rank', ['deciding']],
    ['POST', '/personalizer/v1.0/events/e/reward', ['feedback']],
    ['POST', '/personalizer/v1.0/events/e/activate', ['deciding', 'feedback']],
  ] as const;
  const OPEN = ['/healthz', '/readyz', '/openapi.json'];

  test('every route of the document is in this test', async () => {
    const app = createApp({ recommender });
    const { paths } = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '*')}`),
    );
    const tested = ROUTES.map(([method, path]) => `${method} ${path.replace(/\/(?:d|s|x|e)(?=\/|$)/g, '/*')}`);
    expect([...tested, 'GET /healthz', 'GET /readyz'].sort()).toEqual(described.sort());
  });

  test.each(ROUTES)('%s %s needs a token of its role', async (method, path, roles) => {
    const app = createApp({ recommender, tokens });
    const statusWith = async (headers: Record<string, string>) => {
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' };
      return (await app.request(path, { method, headers: { 'content-type': 'application/json', ...headers }, ...body }))
        .status;
    };
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: 'Bearer unknown-0123456789' })).toBe(401);
    expect(await statusWith({ authorization: `Basic ${tokens.administration}` })).toBe(401);
    for (const [role, list] of Object.entries(tokens)) {
      const [token] = [list].flat();
      const isAllowed = (roles as readonly string[]).includes(role);
      for (const headers of [{ authorization: `Bearer ${token}` }, { 'Ocp-Apim-Subscription-Key': token! }]) {
        const status = await statusWith(headers);
        if (isAllowed) expect([401, 403], role).not.toContain(status);
        else expect(status, role).toBe(403);
      }
    }
  });

  test.each(OPEN)('%s needs none', async (path) => {
    const app = createApp({ recommender, tokens });
    expect((await app.request(path)).status).toBe(200);
  });

  test('says what is missing, without the token', async () => {
    const app = createApp({ recommender, tokens });
    const unknown = await post(app, '/v1/recommend', { authorization: 'Bearer unknown-0123456789' });
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer');
    const text = await unknown.text();
    expect(text).toContain('Authorization: Bearer');
    expect(text).not.toContain('unknown-0123456789');
    const other = await post(app, '/v1/recommend', { authorization: `Bearer ${tokens.feedback[0]}` });
    expect(await other.json()).toEqual({
      error: { message: 'Expected a token for deciding; found one for feedback.' },
    });
  });

  test('a role without a token is closed', async () => {
    const app = createApp({ recommender, tokens: { deciding: tokens.deciding } });
    const headers = { authorization: `Bearer ${tokens.deciding}` };
    expect((await app.request('/v1/items/x', { method: 'DELETE', headers })).status).toBe(403);
    expect((await app.request('/v1/items/x', { method: 'DELETE' })).status).toBe(401);
  });

  test('any host name may be used', async () => {
    const app = createApp({ recommender, tokens });
    const headers = { authorization: `Bearer ${tokens.deciding}` };
    expect((await post(app, 'http://shop.example/v1/recommend', headers)).status).toBe(200);
  });
});

describe('without tokens', () => {
  test('only loopback hosts are answered, against DNS rebinding', async () => {
    const app = createApp({ recommender });
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1', '[::1]:8080']) {
      expect((await post(app, `http://${host}/v1/recommend`)).status, host).toBe(200);
    }
    for (const host of ['evil.example', '10.0.0.1:8080', 'localhost.evil.example', '127.0.0.1.evil.example']) {
      expect((await post(app, `http://${host}/v1/recommend`)).status, host).toBe(403);
      expect((await post(app, 'http://localhost/v1/recommend', { host })).status, host).toBe(403);
      expect((await app.request(`http://${host}/v1/items`)).status, host).toBe(403);
    }
  });

  test('web pages of other origins cannot change anything', async () => {
    const app = createApp({ recommender, origins: ['https://shop.example'] });
    const statusFrom = async (headers: Record<string, string>) =>
      (await app.request('http://localhost:8080/v1/sessions/s/end', { method: 'POST', headers })).status;
    expect(await statusFrom({})).toBe(202);
    expect(await statusFrom({ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })).toBe(202);
    expect(await statusFrom({ origin: 'https://shop.example' })).toBe(202);
    for (const origin of ['https://evil.example', 'null', 'http://localhost:9090', 'https://localhost:8080', '']) {
      expect(await statusFrom({ origin }), origin).toBe(403);
    }
    expect(await statusFrom({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    // A form of a web page, which is sent without a preflight request.
    const form = await app.request('http://localhost:8080/v1/recommend', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"session":"s"}',
    });
    expect(form.status).toBe(415);
  });
});

describe('origins', () => {
  const preflight = (app: App, origin: string) =>
    app.request('/v1/recommend', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  test('are not allowed by default', async () => {
    const answer = await preflight(createApp({ recommender }), 'https://shop.example');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('that are named may call the API', async () => {
    const app = createApp({ recommender, origins: ['https://shop.example'] });
    const answer = await preflight(app, 'https://shop.example');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect((await preflight(app, 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const posted = await post(app, '/v1/recommend', { origin: 'https://shop.example' });
    expect(posted.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });

  test('are checked', () => {
    for (const origin of ['*', 'shop.example', 'https://shop.example/path', 'https://shop.example/']) {
      expect(() => createApp({ recommender, origins: [origin] }), origin).toThrow('origins');
    }
  });
});

test('answers carry headers that browsers need to be safe', async () => {
  const app = createApp({ recommender });
  app.get('/page', (c) => c.html('<p>page</p>'));
  const page = await app.request('/page');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const answer = await post(app, '/v1/recommend');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});
