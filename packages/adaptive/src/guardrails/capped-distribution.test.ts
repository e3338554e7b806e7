import { createRandom, exclusionsOf } from '@ialp/core';
import { createFrozenLearner, type Learner } from '@ialp/policy';
import { policyChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { createConstantGate } from '../gates/constant.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { withExposureCap } from './exposure-cap.js';

/** A learner with a cap, after items were shown until some are capped. */
function cappedLearner(preferences: readonly number[], shownItems: readonly number[], maxItemShare: number): Learner {
  const learner = createFrozenLearner(fixedPolicy(preferences));
  const capped = withExposureCap(learner, { maxItemShare, windowInteractions: shownItems.length });
  for (const item of shownItems) {
    const others = Array.from(preferences.keys()).filter((each) => each !== item);
    const observation = { ...makeObservation(1, preferences.length), exclusions: exclusionsOf([others]) };
    capped.policy.distribution(observation).sample(createRandom(1));
  }
  return capped;
}

describe.each([
  ['one item is capped', [0, 0, 0, 0, 1, 2, 3], 0.5],
  ['some items are capped', [0, 0, 1, 1, 2, 2, 3, 4, 5], 0.2],
  ['most items are capped', [0, 1, 2, 3, 4, 5], 0.15],
  ['all items are capped', [0, 1, 2, 3, 4, 5, 6], 1 / 7],
])('keeps the rules of a policy where %s', (_what, shownItems, share) => {
  const make = () => cappedLearner([0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05], shownItems, share).policy;
  for (const check of policyChecks(make, { samplingChangesPolicy: true })) test(check.name, check.run);
});

describe('a slate with more places than other items', () => {
  // Items 0, 1 and 2 are capped.
  const preferences = [0.1, 0.3, 0.2, 0.25, 0.15];
  const make = () => cappedLearner(preferences, [0, 0, 1, 1, 2, 2, 3, 4], 0.25);
  const rows = 400;

  test('shows the capped ones in its last places, in order of preference, with the propensity 1', () => {
    const distribution = make().policy.distribution(makeObservation(rows, 5));
    const { items, propensity } = distribution.sample(createRandom(1), { count: 4 });
    const first = new Set<number>();
    for (let row = 0; row < rows; row++) {
      const slate = Array.from(items.subarray(4 * row, 4 * row + 4));
      expect(slate.slice(0, 2).sort()).toEqual([3, 4]);
      expect(slate.slice(2)).toEqual([1, 2]);
      expect(propensity[4 * row]).toBeCloseTo(slate[0] === 3 ? 0.25 / 0.4 : 0.15 / 0.4, 6);
      expect(Array.from(propensity.subarray(4 * row + 1, 4 * row + 4))).toEqual([1, 1, 1]);
      first.add(slate[0]);
    }
    expect(first.size).toBe(2);
    expect(distribution.propensity(items)).toEqual(propensity);
    // Another order of the last places never comes, and neither does what would follow.
    const never = Int32Array.from(Array.from({ length: rows }, () => [3, 4, 2, 1]).flat());
    expect(Array.from(distribution.propensity(never).subarray(1, 4))).toEqual([1, 0, 0]);
  });

  test('lists them last in the top, without a probability', () => {
    const { items, scores } = make().policy.distribution(makeObservation(1, 5)).top(5);
    expect(Array.from(items)).toEqual([3, 4, 1, 2, 0]);
    expect(Array.from(scores, (score) => Number(score.toFixed(4)))).toEqual([0.625, 0.375, 0, 0, 0]);
  });

  test('rows with and without such places are served together', () => {
    const exclusions = exclusionsOf([[], [3], [3, 4]]);
    const distribution = make().policy.distribution({ ...makeObservation(3, 5), exclusions });
    const { items, propensity } = distribution.sample(createRandom(1), { count: 2 });
    expect(Array.from(items.subarray(0, 2)).sort()).toEqual([3, 4]);
    expect(Array.from(items.subarray(2, 4))).toEqual([4, 1]);
    // Only capped items are allowed: the caps are not applied.
    for (const item of items.subarray(4)) expect(item).toBeLessThan(3);
    expect(propensity[4]).toBeCloseTo(preferences[items[4]] / 0.6, 6);
    expect(distribution.propensity(items)).toEqual(propensity);
  });

  test('of a mixture, the attribution covers them', () => {
    const online = createFrozenLearner(fixedPolicy([0.2, 0.2, 0.2, 0.1, 0.3]));
    const pretrained = fixedPolicy(preferences);
    const mixture = createAdaptiveLearner({ pretrained, online, gate: createConstantGate(0.5) });
    const capped = withExposureCap(mixture, { maxItemShare: 0.25, windowInteractions: 8 });
    for (const item of [0, 0, 1, 1, 2, 2, 3, 4]) {
      const exclusions = exclusionsOf([[0, 1, 2, 3, 4].filter((each) => each !== item)]);
      capped.policy.distribution({ ...makeObservation(1, 5), exclusions }).sample(createRandom(1));
    }
    const { policy } = capped;
    const { items, attribution } = policy.distribution(makeObservation(2, 5)).sample(createRandom(2), { count: 3 });
    expect(attribution!.chosenBy.length).toBe(2);
    for (const row of [0, 1]) {
      const [first, second, last] = Array.from({ length: 3 }, (_, place) => 3 * row + place);
      expect(attribution!.pretrained[first]).toBeCloseTo(items[first] === 3 ? 0.625 : 0.375, 6);
      expect(attribution!.online[first]).toBeCloseTo(items[first] === 3 ? 0.25 : 0.75, 6);
      for (const place of [second, last]) {
        expect([attribution!.pretrained[place], attribution!.online[place]]).toEqual([1, 1]);
      }
    }
  });

  test('is refused where all items together are too few', () => {
    const exclusions = exclusionsOf([[0, 3]]);
    const distribution = make().policy.distribution({ ...makeObservation(1, 5), exclusions });
    expect(() => distribution.sample(createRandom(1), { count: 4 })).toThrow();
    expect(distribution.sample(createRandom(1), { count: 3 }).items.length).toBe(3);
  });
});
