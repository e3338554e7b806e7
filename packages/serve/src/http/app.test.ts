import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryEventLog, type Recommender } from '../index.js';
import { createApp } from './index.js';
import { TEST_ITEMS, testRecommender } from './test-support/test-recommender.js';

let recommender: Recommender;
let app: ReturnType<typeof createApp>;

beforeEach(async () => {
  recommender = await testRecommender();
  app = createApp({ recommender });
});
afterEach(() => recommender.close());

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of all kinds.
  readonly body: any;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const json = body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body !== undefined && { 'content-type': 'application/json' };
  const response = await app.request(path, { method, ...json, headers: { ...type, ...headers } });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Makes a decision. */
async function decide(
  request: object = {},
): Promise<{ decision: string; items: { id: string; propensity: number }[] }> {
  const { status, body } = await send('POST', '/v1/recommend', { session: 's', ...request });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

describe('POST /v1/recommend', () => {
  test('chooses a slate of distinct items, with their propensities', async () => {
    const { decision, items } = await decide({ count: 5, exclude: ['item-1'] });
    expect(decision).toBeTypeOf('string');
    expect(new Set(items.map(({ id }) => id)).size).toBe(5);
    const ids = TEST_ITEMS.map(({ id }) => id);
    for (const { id, propensity } of items) {
      expect(ids).toContain(id);
      expect(id).not.toBe('item-1');
      expect(propensity).toBeGreaterThan(0);
      expect(propensity).toBeLessThanOrEqual(1);
    }
    expect(recommender.status().decisions).toBe(1);
  });

  test('chooses among the candidates, whatever their ids look like', async () => {
    for (const id of ['__proto__', 'constructor', 'ünïcode 😀/?#%']) {
      const { items } = await decide({ session: id, user: id, candidates: [id, 'unknown'] });
      expect(items).toEqual([{ id, propensity: 1 }]);
    }
  });

  test('names the field of an invalid request, and the reason', async () => {
    for (const [request, field, reason] of [
      [{}, 'session', 'expected string'],
      [{ session: '' }, 'session', '>=1'],
      [{ session: 'x'.repeat(1_025) }, 'session', '<=1024'],
      [{ session: 'é'.repeat(513) }, 'session', 'bytes'],
      [{ session: '\ud800' }, 'session', 'surrogate'],
      [{ session: 's', count: 0 }, 'count', '>=1'],
      [{ session: 's', count: 1.5 }, 'count', 'int'],
      [{ session: 's', exclude: ['a', 7] }, 'exclude[1]', 'expected string'],
      [{ session: 's', cuont: 5 }, 'cuont', 'unknown field'],
      [{ session: 's', userFeatures: [1] }, 'userFeatures', 'no user features'],
      [[], 'body', 'expected object'],
      ['{"session":', 'body', 'JSON'],
    ] as const) {
      const { status, body } = await send('POST', '/v1/recommend', request);
      expect(status).toBe(400);
      expect(body.error.field).toBe(field);
      expect(body.error.message).toContain(reason);
    }
  });

  test('answers 409 if no item may be shown', async () => {
    const { status, body } = await send('POST', '/v1/recommend', { session: 's', candidates: ['unknown'] });
    expect(status).toBe(409);
    expect(body.error.message).toContain('No item may be shown');
  });

  test('refuses bodies that are not JSON, methods that it does not have, and paths that nobody has', async () => {
    const text = await send('POST', '/v1/recommend', { session: 's' }, { 'content-type': 'text/plain' });
    expect(text.status).toBe(415);
    const get = await send('GET', '/v1/recommend');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const other = await send('POST', '/v1/recomend', { session: 's' });
    expect([other.status, other.body.error.message]).toEqual([404, expect.stringContaining('/openapi.json')]);
  });

  test('is found by the fast router of Hono, which one route of another form would switch off for all', async () => {
    await decide();
    expect(app.router.name).toBe('SmartRouter + RegExpRouter');
  });

  test('serves a user although the event log cannot be written to, and says so', async () => {
    const eventLog = createMemoryEventLog();
    const failing = await testRecommender({ eventLog });
    app = createApp({ recommender: failing });
    await eventLog.close();
    const { body } = await send('POST', '/v1/recommend', { session: 's' });
    expect(body.logged).toBe(false);
    const feedback = await send('POST', '/v1/sessions/s/end');
    expect([feedback.status, feedback.headers.get('retry-after')]).toEqual([503, '1']);
    await failing.close();
  });
});

describe('feedback', () => {
  test('is accepted once per id, given in the body or as Idempotency-Key', async () => {
    const { decision, items } = await decide({ count: 2 });
    const reward = { decision, item: items[1]!.id, reward: 1 };
    expect(await send('POST', '/v1/feedback', { ...reward, id: 'click-1' })).toMatchObject({
      status: 202,
      body: { id: 'click-1' },
    });
    expect((await send('POST', '/v1/feedback', reward, { 'idempotency-key': 'click-1' })).body).toEqual({
      id: 'click-1',
    });
    const own = await send('POST', '/v1/feedback', { decision, reward: 0.5 });
    expect(own.body.id).toMatch(/^[\w-]{36}$/);
    expect(recommender.status()).toMatchObject({ feedback: 2, repeatedFeedback: 1 });
    const both = await send('POST', '/v1/feedback', { ...reward, id: 'a' }, { 'idempotency-key': 'b' });
    expect([both.status, both.body.error.field]).toEqual([400, 'id']);
  });

  test('to an unknown decision is answered 404, to an item that was not shown 400', async () => {
    expect((await send('POST', '/v1/feedback', { decision: 'unknown', reward: 1 })).status).toBe(404);
    const { decision } = await decide({ candidates: ['item-1', 'item-2'] });
    const { status, body } = await send('POST', '/v1/feedback', { decision, item: 'item-9', reward: 1 });
    expect([status, body.error.field]).toEqual([400, 'item']);
  });

  test('takes finite rewards alone', async () => {
    const { decision } = await decide();
    for (const reward of ['1e999', '-1e999', '1e300', '"1"', 'null', 'NaN']) {
      const { status } = await send(
        'POST',
        '/v1/feedback',
        `{"decision":${JSON.stringify(decision)},"reward":${reward}}`,
      );
      expect(status, reward).toBe(400);
    }
    expect(recommender.status().feedback).toBe(0);
  });

  test('can be retracted', async () => {
    const { decision } = await decide();
    const { body } = await send('POST', '/v1/feedback', { decision, reward: 1 });
    expect((await send('POST', '/v1/feedback/retract', { decision, feedback: body.id })).status).toBe(202);
    expect((await send('POST', '/v1/feedback/retract', { decision: 'unknown' })).status).toBe(404);
  });
});

describe('decisions, sessions and users', () => {
  test('a deferred decision is activated, an unknown one is not', async () => {
    const { decision } = await decide({ deferActivation: true, decision: 'a/b ?#%é' });
    expect((await send('POST', `/v1/decisions/${encodeURIComponent(decision)}/activate`)).status).toBe(202);
    expect((await send('POST', '/v1/decisions/unknown/activate')).status).toBe(404);
  });

  test('what another recommender showed is observed', async () => {
    const shown = { session: 's', items: ['item-3', 'item-4'], propensity: [0.5, 0.25] };
    const { status, body } = await send('POST', '/v1/observe', shown);
    expect(status).toBe(200);
    expect(body.items).toHaveLength(2);
    expect((await send('POST', '/v1/feedback', { decision: body.decision, item: 'item-3', reward: 1 })).status).toBe(
      202,
    );
    expect((await send('POST', '/v1/observe', { ...shown, propensity: [1] })).body.error.field).toBe('propensity');
  });

  test('ends sessions, and erases users', async () => {
    await decide({ session: 'visit', user: 'Zoë/1' });
    expect(recommender.status().openSessions).toBe(1);
    expect((await send('DELETE', `/v1/users/${encodeURIComponent('Zoë/1')}`)).body).toEqual({ erased: 1 });
    await decide({ session: 'visit' });
    expect((await send('POST', '/v1/sessions/visit/end')).status).toBe(202);
    expect((await send('POST', '/v1/sessions/unknown/end')).status).toBe(202);
    expect(recommender.status().openSessions).toBe(0);
  });
});

describe('items', () => {
  test('are listed in pages', async () => {
    const first = await send('GET', '/v1/items?limit=2');
    expect(first.body).toEqual({ total: 20, items: TEST_ITEMS.slice(0, 2) });
    const third = await send('GET', '/v1/items?offset=2&limit=1');
    expect(third.body.items).toEqual([TEST_ITEMS[2]]);
    expect((await send('GET', '/v1/items?limit=0')).body.error.field).toBe('limit');
    expect((await send('GET', '/v1/items?page=2')).body.error.field).toBe('page');
  });

  test('are added, changed and removed, by ids of any kind', async () => {
    for (const id of ['new', 'a/b?c#d%e f', '%2F', '日本語']) {
      const path = `/v1/items/${encodeURIComponent(id)}`;
      expect((await send('PUT', path, { title: 'New', attributes: { genre: ['Drama'] } })).status).toBe(202);
      expect((await send('PUT', path, { title: 'Newer' })).status).toBe(202);
      expect(recommender.items().find((item) => item.id === id)).toEqual({ id, title: 'Newer' });
      expect((await send('DELETE', path)).status).toBe(204);
      expect((await send('DELETE', path)).status).toBe(404);
    }
    expect((await send('PUT', '/v1/items/x', { titel: 'x' })).body.error.field).toBe('titel');
  });

  test('a path that is not percent-encoded UTF-8 is refused', async () => {
    for (const path of ['/v1/items/%', '/v1/items/%C3%28', '/v1/items/%ED%A0%80']) {
      const { status, body } = await send('DELETE', path);
      expect([status, body.error.field]).toEqual([400, 'path']);
    }
  });
});

describe('monitoring', () => {
  test('status has what the document says', async () => {
    await decide();
    const { body } = await send('GET', '/v1/status');
    expect(body).toMatchObject({ mode: 'live', decisions: 1, feedback: 0, learned: 0, items: 20 });
    for (const name of ['policy', 'weight', 'lagSeconds', 'arms']) expect(body).toHaveProperty(name);
  });

  test('metrics count requests by route pattern and status, and contain no id', async () => {
    await decide({ session: 'secret-session' });
    await send('DELETE', '/v1/items/secret-item');
    await send('GET', '/secret-path');
    const { body, headers } = await send('GET', '/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('ialp_http_requests_total{method="POST",route="/v1/recommend",status="200"} 1');
    expect(body).toContain('ialp_http_requests_total{method="DELETE",route="/v1/items/:id",status="404"} 1');
    expect(body).toContain('ialp_http_requests_total{method="GET",route="other",status="404"} 1');
    expect(body).toContain('ialp_decisions 1');
    expect(body).toContain('ialp_decision_duration_seconds_count 1');
    expect(body).not.toContain('secret');
  });

  test('readiness follows the recommender', async () => {
    expect((await send('GET', '/readyz')).status).toBe(200);
    expect((await send('GET', '/healthz')).body).toEqual({ status: 'ok' });
    await recommender.close();
    expect(await send('GET', '/readyz')).toMatchObject({ status: 503, body: { status: 'not-ready' } });
    expect((await send('GET', '/healthz')).status).toBe(200);
  });
});
