/** A recommender whose policy acts by a shortlist. */
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionEvent, ServeEvent } from '../events.js';
import { CAPACITY, createStores, openRecommender, reopened, until } from '../test-support/deployments.js';

const LISTED = 4;

test('shows items of the list, logs the propensities of the policy that acts, and learns from them', async () => {
  const network = createNetwork({
    items: CAPACITY,
    embedding: 8,
    hidden: 16,
    shortlist: LISTED,
    random: createRandom(1),
  });
  const overlaps: number[] = [];
  const learner = createA2C({ network });
  const watched = {
    ...learner,
    learn: (trajectories: Parameters<typeof learner.learn>[0]) => {
      const report = learner.learn(trajectories);
      overlaps.push(report['overlap']);
      return report;
    },
  };
  const stores = createStores();
  const recommender = await openRecommender({ ...reopened(stores), learner: watched, slateSize: 2 });
  onTestFinished(() => recommender.close());
  const before = new Set<string>();
  for (let k = 0; k < 40; k++) {
    const { decision, items } = await recommender.recommend({ session: `s${k}` });
    if (overlaps.length === 0) for (const { id } of items) before.add(id);
    await recommender.feedback({ decision, reward: 1 });
    await recommender.endSession(`s${k}`);
  }
  await until(() => overlaps.length > 0);
  // All sessions begin in the same state, so that their lists are the same until the first update.
  expect(before.size).toBeLessThanOrEqual(LISTED);
  for (const overlap of overlaps) expect(overlap).toBeGreaterThan(0);
  const { events } = await stores.eventLog.read({ maxEvents: 1000 });
  const decisions = events.filter((event: ServeEvent): event is DecisionEvent => event.type === 'decision');
  expect(decisions.length).toBe(40);
  for (const { propensity } of decisions) {
    // Of four items almost equally likely, then of the three that are left.
    expect(propensity[0]).toBeCloseTo(1 / LISTED, 1);
    expect(propensity[1]).toBeCloseTo(1 / (LISTED - 1), 1);
  }
});
