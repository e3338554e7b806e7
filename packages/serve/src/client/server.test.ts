import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../http/index.js';
import { testRecommender } from '../http/test-support/test-recommender.js';
import type { Recommender } from '../recommender.js';
import { createClient, type RecommendClient } from './index.js';

const token = 'a-token-of-the-shop-with-32-characters';
let recommender: Recommender;
let server: RunningServer;
let client: RecommendClient;

beforeAll(async () => {
  recommender = await testRecommender();
  server = await startServer({ recommender, port: 0, tokens: { deciding: [token], feedback: [token] } });
  client = createClient({ url: server.url, token, fallback: ['item-0'], timeoutMs: 60_000 });
});
afterAll(async () => {
  await client.close();
  await server.close();
});

test('slates, feedback, activations and ends of sessions reach the real server', async () => {
  const first = await client.recommend({ session: 'ann', count: 3, exclude: ['item-1'] });
  expect(first).toMatchObject({ isFallback: false, policy: expect.any(Number) });
  expect(first.items.map(({ id }) => id)).not.toContain('item-1');
  expect(first.items.length).toBe(3);
  client.feedback({ decision: first.decision, item: first.items[0]!.id, reward: 1 });
  const deferred = await client.recommend({ session: 'ann', deferActivation: true });
  client.activate(deferred.decision);
  client.endSession('ann');
  expect(await client.flush()).toBe(true);
  expect(recommender.status()).toMatchObject({ decisions: 2, feedback: 1, openSessions: 0 });
});

test('feedback that is sent twice counts once', async () => {
  const { decision } = await client.recommend({ session: 'ben' });
  const before = recommender.status().feedback;
  // As a page that was reloaded before the answer arrived.
  const stored = { id: 'twice', queuedAt: Date.now(), kind: 'feedback', decision, reward: 1 };
  for (let k = 0; k < 2; k++) {
    const entries = new Map([['ialp.queued.twice', JSON.stringify(stored)]]);
    const again = createClient({
      ...{ url: server.url, token, fallback: [] },
      storage: {
        length: 1,
        key: () => 'ialp.queued.twice',
        getItem: (key) => entries.get(key) ?? null,
        setItem: () => {},
        removeItem: () => {},
      },
    });
    expect(await again.flush()).toBe(true);
    await again.close();
  }
  const { feedback, repeatedFeedback } = recommender.status();
  expect(feedback).toBe(before + 1);
  // More often if an answer took longer than the client waits.
  expect(repeatedFeedback).toBeGreaterThanOrEqual(1);
});

test('what the server refuses costs no more than the fallback', async () => {
  expect(await client.recommend({ session: '' })).toMatchObject({ isFallback: true, reason: 'refused', status: 400 });
  const stranger = createClient({ url: server.url, token: 'another', fallback: ['item-0'], timeoutMs: 60_000 });
  expect(await stranger.recommend({ session: 'ann' })).toMatchObject({ reason: 'refused', status: 401 });
  await stranger.close();
  const all = Array.from({ length: 17 }, (_, k) => `item-${k}`);
  const none = await client.recommend({ session: 'eve', candidates: all, exclude: all });
  expect(none).toMatchObject({ isFallback: true, items: [], reason: 'refused', status: 409 });
});

test('a server that restarts loses no feedback', async () => {
  const { decision } = await client.recommend({ session: 'joe' });
  const port = server.port;
  await server.close();
  const before = client.feedback({ decision, reward: 1 });
  expect(before).not.toBe('');
  expect(await client.flush()).toBe(false);
  expect(await client.recommend({ session: 'joe' })).toMatchObject({ isFallback: true, items: [{ id: 'item-0' }] });
  recommender = await testRecommender();
  server = await startServer({ recommender, port, tokens: { deciding: [token], feedback: [token] } });
  const { decision: next } = await client.recommend({ session: 'joe' });
  client.feedback({ decision: next, reward: 1 });
  while (client.queued > 0) await client.flush();
  // The decision before the restart was in the memory of the first server alone.
  expect(recommender.status().feedback).toBe(1);
});
