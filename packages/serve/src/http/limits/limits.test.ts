import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recommender } from '../../index.js';
import { createApp, startServer } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

let recommender: Recommender;
beforeAll(async () => {
  recommender = await testRecommender();
});
afterAll(() => recommender.close());

type App = ReturnType<typeof createApp>;

const recommend = async (app: App, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  app.request('/v1/recommend', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('sizes', () => {
  test('bodies and lists above a limit are answered 413, and name it', async () => {
    const app = createApp({ recommender, limits: { maxBodyBytes: 2_000, maxIds: 5, maxCount: 7 } });
    const exclude = ['a', 'b', 'c', 'd', 'e'];
    expect((await recommend(app, { session: 's', exclude })).status).toBe(200);
    const list = await recommend(app, { session: 's', exclude: [...exclude, 'f'] });
    expect(list.status).toBe(413);
    expect(await list.json()).toMatchObject({ error: { field: 'exclude', message: expect.stringContaining('5') } });
    const body = await recommend(app, { session: 'x'.repeat(2_000) });
    expect(body.status).toBe(413);
    expect(await body.json()).toMatchObject({ error: { message: expect.stringContaining('2000 bytes') } });
    expect((await recommend(app, { session: 's', count: 8 })).status).toBe(400);
  });

  test('a body without an announced length is counted', async () => {
    const own = await testRecommender();
    const server = await startServer({ recommender: own, port: 0, limits: { maxBodyBytes: 2_000 } });
    const stream = (bytes: number) =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"session":"s"'));
          for (let sent = 16; sent < bytes; sent += 100) controller.enqueue(new TextEncoder().encode(' '.repeat(100)));
          controller.enqueue(new TextEncoder().encode('}'));
          controller.close();
        },
      });
    const send = (bytes: number) =>
      fetch(`${server.url}/v1/recommend`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: stream(bytes),
        duplex: 'half',
      } as RequestInit);
    expect((await send(1_000)).status).toBe(200);
    expect((await send(10_000)).status).toBe(413);
    await server.close();
  });

  test('a list of invalid elements yields one message, not one each', async () => {
    const app = createApp({ recommender });
    const { status } = await recommend(app, `{"session":"s","exclude":[${'0,'.repeat(400_000)}0]}`);
    expect(status).toBe(413);
  });
});

describe('rates', () => {
  test('requests above the rate of a token are answered 429, those of another token not', async () => {
    const tokens = { deciding: ['first-0123456789abc', 'second-0123456789ab'] };
    const app = createApp({ recommender, tokens, limits: { requestsPerSecond: 0.001, burst: 3 } });
    const statusesOf = async (token: string) => {
      const statuses: number[] = [];
      for (let k = 0; k < 5; k++) {
        const answer = await recommend(app, { session: 's' }, { authorization: `Bearer ${token}` });
        statuses.push(answer.status);
        if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      return statuses;
    };
    expect(await statusesOf('first-0123456789abc')).toEqual([200, 200, 200, 429, 429]);
    expect(await statusesOf('second-0123456789ab')).toEqual([200, 200, 200, 429, 429]);
    expect(await statusesOf('unknown-0123456789a')).toEqual([401, 401, 401, 429, 429]);
    expect((await app.request('/healthz')).status).toBe(200);
  });

  test('requests above the bound of those in flight are answered 429, until one is done', async () => {
    const app = createApp({ recommender, limits: { maxInFlight: 2 } });
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    app.get('/v1/held', async (c) => {
      await held;
      return c.text('done');
    });
    const inFlight = [app.request('/v1/held'), app.request('/v1/held')];
    const refused = await recommend(app, { session: 's' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await app.request('/readyz')).status).toBe(200);
    finish();
    for (const answer of inFlight) expect((await answer).status).toBe(200);
    expect((await recommend(app, { session: 's' })).status).toBe(200);
  });
});

test('limits are checked', () => {
  for (const [limits, message] of [
    [{ maxBody: 1 }, 'maxBodyBytes'],
    [{ maxInFlight: 0 }, 'limits.maxInFlight'],
    [{ requestsPerSecond: 0 }, 'limits.requestsPerSecond'],
    [{ burst: 0.5 }, 'limits.burst'],
  ] as const) {
    expect(() => createApp({ recommender, limits: limits as object })).toThrow(message);
  }
});
