import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recommender } from '../../index.js';
import { createApp, type RunningServer, startServer } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

let recommender: Recommender;
let server: RunningServer;
beforeAll(async () => {
  recommender = await testRecommender();
  server = await startServer({ recommender, port: 0 });
});
afterAll(() => server.close());

const API = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

test.each([
  ['POST', '/v1/recommend', '{"session":"s"}', 200],
  ['POST', '/v1/recommend', '{', 400],
  ['POST', '/v1/sessions/s/end', undefined, 202],
  ['GET', '/v1/recommend', undefined, 405],
  ['GET', '/v1/unknown', undefined, 404],
  ['GET', '/v1/items', undefined, 200],
  ['HEAD', '/v1/items', undefined, 200],
  ['POST', '/personalizer/v1.0/rank', '{}', 400],
  ['POST', '/personalizer/v1.1-preview.3/multislot/rank', '{}', 404],
])(
  '%s %s with the body %s has the headers of the API, behind a server and without one',
  async (method, path, body, status) => {
    const request = { method, headers: { 'content-type': 'application/json' }, ...(body !== undefined && { body }) };
    const app = createApp({ recommender });
    for (const answer of [await fetch(server.url + path, request), await app.request(path, request)]) {
      expect(answer.status).toBe(status);
      expect(Object.fromEntries(answer.headers)).toMatchObject(API);
      expect(answer.headers.has('x-frame-options')).toBe(false);
      await answer.arrayBuffer();
    }
  },
);

test('other answers have the headers of pages', async () => {
  for (const answer of [await fetch(`${server.url}/healthz`), await createApp({ recommender }).request('/healthz')]) {
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  }
});
