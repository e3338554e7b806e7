import { expect, onTestFinished, test } from 'vitest';
import type { FeedbackEvent } from '../events.js';
import type { FeedbackRequest } from '../recommender.js';
import { createStores, openRecommender } from '../test-support/deployments.js';

/** The event that is logged for feedback. */
async function logged(feedback: Omit<FeedbackRequest, 'decision' | 'reward'>): Promise<FeedbackEvent> {
  const { eventLog } = createStores();
  const recommender = await openRecommender({ eventLog, learning: 'elsewhere' });
  onTestFinished(() => recommender.close());
  const { decision } = await recommender.recommend({ session: 's' });
  await recommender.feedback({ decision, reward: 1, ...feedback });
  const { events } = await eventLog.read();
  return events.find((event): event is FeedbackEvent => event.type === 'feedback')!;
}

test('the time of feedback is not later than now', async () => {
  expect((await logged({ at: Date.now() + 50_000 })).at).toBeLessThanOrEqual(Date.now());
  expect((await logged({})).at).toBeLessThanOrEqual(Date.now());
  expect((await logged({ at: 12 })).at).toBe(12);
});

test('or so long ago', async () => {
  const before = Date.now();
  const { at } = await logged({ ageMs: 5_000 });
  expect(at).toBeGreaterThanOrEqual(before - 5_000);
  expect(at).toBeLessThanOrEqual(Date.now() - 5_000);
});

test.each([
  [{ at: Date.now() + 1e9 }, /at: expected a time .* not in the future; or ageMs/],
  [{ at: 5, ageMs: 5 }, /ageMs: expected either at or ageMs/],
  [{ ageMs: -1 }, /ageMs: expected .*0/],
])('%j is refused', async (fields, message) => {
  await expect(logged(fields)).rejects.toThrow(message);
});

test('a decision has a thousand rewards at most', async () => {
  const recommender = await openRecommender({ learning: 'elsewhere' });
  onTestFinished(() => recommender.close());
  const { decision } = await recommender.recommend({ session: 's' });
  for (let k = 0; k < 1_000; k++) await recommender.feedback({ decision, reward: 1, id: `f${k}` });
  await expect(recommender.feedback({ decision, reward: 1 })).rejects.toMatchObject({ problem: 'limit' });
  // One that is known already is no more.
  await recommender.feedback({ decision, reward: 1, id: 'f7' });
  expect(recommender.status()).toMatchObject({ feedback: 1_000, repeatedFeedback: 1 });
});
