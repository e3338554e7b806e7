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

test('refuses weights of another catalogue and those that are not weights', () => {
  expect(() => weightedDistribution(observation, () => new Float32Array(3))).toThrow(ShapeError);
  for (const wrong of [Number.NaN, -1, Infinity]) {
    expect(() => weightedDistribution(observation, () => Float32Array.of(wrong, 1, 1, 1))).toThrow(InvalidOptionError);
  }
});
