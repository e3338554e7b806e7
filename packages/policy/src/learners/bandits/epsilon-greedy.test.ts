import { createRandom, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DivergenceError, NothingAllowedError } from '../../errors.js';
import { runOnline } from '../../experience/run-online.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import { epsilonGreedyDistribution } from '../../policies/ranked-distribution.js';
import {
  coinWorld,
  expectInvalid,
  experienceOf,
  probabilities,
  shown,
  statesOf,
  testConformance,
  testRefusals,
} from '../../test-support/states.js';
import { createEpsilonGreedy } from './epsilon-greedy.js';

/** The distribution with a list of each row's items, best first. */
function distributionOf(states: Observation, rankings: readonly (readonly number[])[], epsilon: number) {
  const rank = (row: number, count: number): number[] =>
    firstAllowed(Int32Array.from(rankings[row]), states, row, count);
  return epsilonGreedyDistribution(states, rank, epsilon);
}

describe('the epsilon-greedy distribution', () => {
  test('gives what epsilon leaves to the best item, and shares epsilon among all that are allowed', () => {
    const states = statesOf(4, {}, { mask: [1, 0, 1, 0] }, { mask: [0, 0, 0, 1] });
    const distribution = distributionOf(states, [[2], [0], [3]], 0.2);
    const table = [0, 1, 2, 3].map((item) => [...distribution.propensity(new Int32Array(3).fill(item))]);
    expect(table).toEqual(
      [
        [0.05, 0.9, 0],
        [0.05, 0, 0],
        [0.85, 0.1, 0],
        [0.05, 0, 1],
      ].map((row) => row.map(Math.fround)),
    );
  });

  test('sums to 1 over the allowed items, and draws what it says, for any mask', () => {
    const masks = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 30 }).filter((mask) => mask.includes(1));
    const epsilons = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(masks, epsilons, fc.nat(), fc.integer(), (mask, epsilon, pick, seed) => {
        const allowed = [...mask.keys()].filter((item) => mask[item] === 1);
        const best = allowed[pick % allowed.length];
        const distribution = distributionOf(statesOf(mask.length, { mask }), [[best]], epsilon);
        const table = mask.map((_, item) => distribution.propensity(Int32Array.of(item))[0]);
        expect(table.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        mask.forEach((value, item) => {
          if (value === 0) expect(table[item]).toBe(0);
          else expect(table[item]).toBeLessThanOrEqual(table[best]);
        });
        const { items, propensity } = distribution.sample(createRandom(seed));
        expect(mask[items[0]]).toBe(1);
        expect(propensity[0]).toBe(table[items[0]]);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses a state in which nothing is allowed, whatever is said to be best', () => {
    const states = statesOf(2, {}, { mask: [0, 0] });
    expect(() => distributionOf(states, [[0], [0]], 0.1)).toThrow(new NothingAllowedError(1));
  });
});

describe('epsilon-greedy', () => {
  testConformance((items) => createEpsilonGreedy({ items, epsilon: 0.3 }));
  testRefusals(() => createEpsilonGreedy({ items: 2 }));

  test('shows the best that the prior knows and the mask allows', () => {
    const learner = createEpsilonGreedy({ items: 3, epsilon: 0.3, prior: Float32Array.of(1, 3, 2) });
    expect(probabilities(learner)).toEqual([0.1, 0.8, 0.1].map(Math.fround));
    expect(probabilities(learner, { mask: [1, 0, 1] })).toEqual([0.15, 0, 0.85].map(Math.fround));
  });

  test('explores one time in ten unless told otherwise', () => {
    expect(probabilities(createEpsilonGreedy({ items: 2 }))).toEqual([0.95, 0.05].map(Math.fround));
  });

  test('shrinks the mean feedback towards the prior', () => {
    // Priors by rank: 0, 1, 1/2. With strength 2, item 1 after rewards of 0: 2 / 4 = 0.5, a tie; then 2 / 5 = 0.4.
    const learner = createEpsilonGreedy({
      items: 3,
      epsilon: 0,
      prior: Float32Array.of(1, 3, 2),
      priorStrength: 2,
    });
    learner.learn(experienceOf(3, { item: 1, reward: 0 }, { item: 1, reward: 0 }));
    expect(shown(learner, {})).toEqual([1]);
    learner.learn(experienceOf(3, { item: 1, reward: 0 }));
    expect(shown(learner, {})).toEqual([2]);
    // Three rewards of 1 for item 0: 3 / 5 = 0.6.
    learner.learn(experienceOf(3, { item: 0, reward: 1 }, { item: 0, reward: 1 }, { item: 0, reward: 1 }));
    expect(shown(learner, {})).toEqual([0]);
  });

  test('finds the best of five arms', () => {
    const arms = [0.3, 0.5, 0.2, 0.8, 0.4];
    const learner = createEpsilonGreedy({ items: 5, epsilon: 0.2 });
    const environment = coinWorld(5, (_, item) => arms[item]);
    runOnline({ environment, learner, interactions: 3000, seed: 1, random: createRandom(2) });
    expect(probabilities(learner)[3]).toBeCloseTo(0.84, 5);
  });

  test('refuses a reward that is no number, and keeps its ranking', () => {
    const learner = createEpsilonGreedy({ items: 2, epsilon: 0, priorStrength: 1 });
    const spoilt = experienceOf(2, { item: 1, reward: 5 }, { item: 0, reward: Number.NaN });
    expect(() => learner.learn(spoilt)).toThrow(DivergenceError);
    expect(shown(learner, {})).toEqual([0]);
  });

  test.each([
    ['items', { items: 0 }],
    ['epsilon', { items: 2, epsilon: -0.1 }],
    ['epsilon', { items: 2, epsilon: 1.1 }],
    ['epsilon', { items: 2, epsilon: Number.NaN }],
    ['priorStrength', { items: 2, priorStrength: 0 }],
    ['prior', { items: 2, prior: new Float32Array(3) }],
    ['rolloutLength', { items: 2, rolloutLength: 0 }],
  ])('refuses %s out of range', (option, options) => {
    expectInvalid(option, () => createEpsilonGreedy(options));
  });
});
