import { createRandom, exclusionsOf, InvalidOptionError, type Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { policyChecks } from '../conformance/policy-checks.js';
import { NothingAllowedError, ShapeError } from '../errors.js';
import type { Policy } from '../policy.js';
import { weightedDistribution } from './weighted-distribution.js';

describe('a policy of weights follows the rules of a policy', () => {
  const policy: Policy = {
    specificationVersion: 'v2',
    items: 9,
    distribution: (observation) =>
      weightedDistribution(observation, (row) =>
        Float32Array.from({ length: 9 }, (_, k) => 1 + k * observation.turn[row]),
      ),
  };
  for (const check of policyChecks(() => policy)) test(check.name, check.run);
});

/** Two rows over four items: the last is unavailable, and the first row has seen item 1. */
const observation: Observation = {
  ...{ rows: 2, items: 4, historyLength: 1 },
  session: Float64Array.of(0, 1),
  turn: new Int32Array(2),
  historyItems: new Int32Array(2).fill(-1),
  historyFeedback: new Float32Array(2),
  available: Uint8Array.of(1, 1, 1, 0),
  exclusions: exclusionsOf([[1], []]),
};

test('the propensity is the share of the weights of what is allowed and not in the slate', () => {
  const distribution = weightedDistribution(observation, () => Float32Array.of(1, 2, 5, 100));
  expect(distribution.propensity(Int32Array.of(0, 2, 1, 0))).toEqual(Float32Array.of(1 / 6, 1, 2 / 8, 1 / 6));
  expect(distribution.propensity(Int32Array.of(1, 3))).toEqual(new Float32Array(2));
});

test('top lists allowed items of weight 0 last, and they are never sampled', () => {
  const distribution = weightedDistribution(observation, () => Float32Array.of(1, 2, 0, 5));
  expect(distribution.top(3).items).toEqual(Int32Array.of(0, 2, -1, 1, 0, 2));
  expect(() => distribution.sample(createRandom(1), { count: 2 })).toThrow(NothingAllowedError);
});

test('a slate of more items than have a weight is refused, and the message says which are missing', () => {
  const sample = (weights: Float32Array, count: number) => () =>
    weightedDistribution(observation, () => weights).sample(createRandom(1), { count });
  expect(sample(Float32Array.of(1, 2, 0, 5), 2)).toThrow(
    'Row 0 allows 2 items, of which 1 has a weight above 0. Give more of them such a weight, or show fewer.',
  );
  expect(sample(new Float32Array(4), 1)).toThrow('Row 0 allows 2 items, of which none has a weight above 0.');
  expect(sample(Float32Array.of(1, 2, 3, 5), 3)).toThrow('Row 0 allows fewer than 3 items. End a session');
});

test('weights of any magnitude beside one another have exact propensities, in large catalogues too', () => {
  const items = 5000;
  const large: Observation = { ...observation, items, available: new Uint8Array(items).fill(1) };
  const weights = Float32Array.from({ length: items }, (_, item) => (item === 3000 ? 1e30 : (item % 7) + 1));
  const distribution = weightedDistribution(large, () => weights);
  const sumWithout = (...taken: number[]) =>
    weights.reduce((sum, weight, item) => (item === 1 || taken.includes(item) ? sum : sum + weight), 0);
  const [first, second, third] = [3000, 4, 2047];
  const slate = Int32Array.of(first, second, third, first, second, third);
  const expected = [1, weights[second] / sumWithout(first), weights[third] / sumWithout(first, second)];
  expect(distribution.propensity(slate).subarray(0, 3)).toEqual(Float32Array.from(expected));
  // Other slates before and after do not matter.
  distribution.sample(createRandom(1), { count: 40 });
  expect(distribution.propensity(slate).subarray(0, 3)).toEqual(Float32Array.from(expected));
  expect(distribution.propensity(Int32Array.of(second, second))[0]).toBe(Math.fround(weights[second] / sumWithout()));
});

test('refuses weights of another catalogue and those that are not weights', () => {
  expect(() => weightedDistribution(observation, () => new Float32Array(3))).toThrow(ShapeError);
  for (const wrong of [Number.NaN, -1, Infinity]) {
    expect(() => weightedDistribution(observation, () => Float32Array.of(wrong, 1, 1, 1))).toThrow(InvalidOptionError);
  }
});
