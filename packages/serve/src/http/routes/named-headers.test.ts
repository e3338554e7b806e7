import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recommender } from '../../index.js';
import { createApp } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

let recommender: Recommender;
beforeAll(async () => {
  recommender = await testRecommender();
});
afterAll(() => recommender.close());

const TOKEN = 'all-roles-0123456789';
const FIELDS = ['summary', 'security', 'parameters', 'requestBody', 'responses'];

test('the document describes headers as other parameters, and nothing that OpenAPI does not know', async () => {
  const app = createApp({ recommender, tokens: { deciding: TOKEN, feedback: TOKEN } });
  const { paths } = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { parameters?: unknown[] }>>;
  };
  for (const [path, methods] of Object.entries(paths)) {
    for (const operation of Object.values(methods)) {
      for (const field of Object.keys(operation)) expect(FIELDS, path).toContain(field);
    }
  }
  expect(paths['/v1/feedback']!['post']!.parameters).toEqual([
    expect.objectContaining({ in: 'header', name: 'idempotency-key', required: false }),
  ]);
});

test('a header that its schema refuses is answered 400, and before it a missing token 401', async () => {
  const app = createApp({ recommender, tokens: { deciding: TOKEN, feedback: TOKEN } });
  const feedback = (headers: Record<string, string>) =>
    app.request('/v1/feedback', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'x'.repeat(1_025), ...headers },
    });
  expect((await feedback({})).status).toBe(401);
  const answer = await feedback({ authorization: `Bearer ${TOKEN}` });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { field: 'idempotency-key' } });
});
