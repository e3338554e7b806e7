import { createRandom, type Random } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DivergenceError } from '../../errors.js';
import { runOnline } from '../../experience/run-online.js';
import {
  coinWorld,
  expectInvalid,
  experienceOf,
  probabilities,
  shown,
  testConformance,
  testRefusals,
} from '../../test-support/states.js';
import { createThompsonSampling } from './thompson-sampling.js';

/**
 * Gives the normal draws of a list, then zeros. At 0 a Gamma draw is `shape - 1/3`, and a Beta draw so
 * `(alpha - 1/3) / (alpha + beta - 2/3)`.
 */
function scripted(normals: number[] = []): Random {
  const left = [...normals];
  return { ...createRandom(1), uniform: () => 0.5, normal: () => left.shift() ?? 0 };
}

describe('Thompson sampling', () => {
  testConformance((items) => createThompsonSampling({ items, random: createRandom(1) }));
  testRefusals(() => createThompsonSampling({ items: 2, random: createRandom(1) }));

  test('a graded reward counts as that part of a success', () => {
    const learner = createThompsonSampling({ items: 3, draws: 1, random: scripted() });
    // (1 - 1/3) / (2 - 2/3) = 0.5 for all.
    expect(probabilities(learner)).toEqual([1, 0, 0]);
    // Item 2, Beta(1.75, 1.25): 1.417 / 2.333 = 0.607.
    learner.learn(experienceOf(3, { item: 2, reward: 0.75 }));
    expect(probabilities(learner)).toEqual([0, 0, 1]);
    // Item 1, Beta(2, 1): 1.667 / 2.333 = 0.714.
    learner.learn(experienceOf(3, { item: 1, reward: 1 }));
    expect(probabilities(learner)).toEqual([0, 1, 0]);
    expect(probabilities(learner, { mask: [1, 0, 1] })).toEqual([0, 0, 1]);
    // Item 1, Beta(2, 2): 0.5.
    learner.learn(experienceOf(3, { item: 1, reward: 0 }));
    expect(probabilities(learner, { mask: [1, 1, 0] })).toEqual([1, 0, 0]);
  });

  test('the propensity is the share of samples that name an item', () => {
    // Four Gamma draws a sample. In the second, item 1 has 2/3 * (1 + 1/sqrt(6))^3 = 1.86 of success against 0.67.
    const learner = createThompsonSampling({ items: 2, draws: 4, random: scripted([0, 0, 0, 0, 0, 0, 1, 0]) });
    expect(probabilities(learner)).toEqual([0.75, 0.25]);
    expect(probabilities(learner, { mask: [0, 1] })).toEqual([0, 1]);
  });

  test('a prior counts as rewards that were had', () => {
    // Beta(1, 5) and Beta(5, 1): 0.125 and 0.875. Five rewards of 0 make the second Beta(5, 6): 0.452.
    const learner = createThompsonSampling({
      items: 2,
      draws: 1,
      random: scripted(),
      prior: Float32Array.of(5, 9),
      priorStrength: 4,
    });
    expect(probabilities(learner)).toEqual([0, 1]);
    const refused = Array.from({ length: 5 }, () => ({ item: 1, reward: 0 }));
    learner.learn(experienceOf(2, ...refused));
    expect(probabilities(learner)).toEqual([0, 1]);
    // Beta(5, 41): 0.103.
    for (let times = 0; times < 7; times++) learner.learn(experienceOf(2, ...refused));
    expect(probabilities(learner)).toEqual([1, 0]);
  });

  test('shows an item as often as it is likely to be the best', () => {
    // Uniform against Beta(2, 1): the second is greater with probability E[B] = 2/3.
    const learner = createThompsonSampling({ items: 2, draws: 10_000, random: createRandom(9) });
    expect(probabilities(learner)[1]).toBeCloseTo(0.5, 1);
    learner.learn(experienceOf(2, { item: 1, reward: 1 }));
    expect(Math.abs(probabilities(learner)[1] - 2 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 10_000));
  });

  test('propensities are whole shares of the samples, for any mask', () => {
    const learner = createThompsonSampling({ items: 6, draws: 8, random: createRandom(2) });
    const masks = fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 }).filter((mask) => mask.includes(1));
    fc.assert(
      fc.property(masks, (mask) => {
        const found = probabilities(learner, { mask });
        expect(found.reduce((sum, value) => sum + value, 0)).toBe(1);
        found.forEach((value, item) => {
          expect(Number.isInteger(8 * value)).toBe(true);
          if (mask[item] === 0) expect(value).toBe(0);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('finds the best of five arms, and is nearly certain of it', () => {
    const arms = [0.3, 0.5, 0.2, 0.8, 0.4];
    const learner = createThompsonSampling({ items: 5, random: createRandom(3) });
    const environment = coinWorld(5, (_, item) => arms[item]);
    runOnline({ environment, learner, interactions: 2000, seed: 1, random: createRandom(2) });
    expect(probabilities(learner)[3]).toBeGreaterThan(0.9);
  });

  test.each([
    ['DivergenceError', Number.NaN],
    ['InvalidOptionError', 1.5],
    ['InvalidOptionError', -0.5],
  ])('refuses with a %s a reward of %d, and draws nothing', (name, reward) => {
    const learner = createThompsonSampling({ items: 2, draws: 64, random: createRandom(5) });
    const before = probabilities(learner);
    const spoilt = experienceOf(2, { item: 1, reward: 1 }, { item: 0, reward });
    expect(() => learner.learn(spoilt)).toThrow(expect.objectContaining({ name }));
    expect(probabilities(learner)).toEqual(before);
    // What follows is as if it had not been.
    const twin = createThompsonSampling({ items: 2, draws: 64, random: createRandom(5) });
    for (const each of [learner, twin]) each.learn(experienceOf(2, { item: 0, reward: 0 }));
    expect(probabilities(learner)).toEqual(probabilities(twin));
  });

  test('refuses an infinite reward as divergence', () => {
    const learner = createThompsonSampling({ items: 2, random: createRandom(5) });
    const spoilt = experienceOf(2, { item: 1, reward: Number.POSITIVE_INFINITY });
    expect(() => learner.learn(spoilt)).toThrow(DivergenceError);
  });

  test('one item is certain', () => {
    expect(shown(createThompsonSampling({ items: 1, random: createRandom(1) }), {})).toEqual([0]);
  });

  test.each([
    ['items', { items: 0 }],
    ['draws', { items: 2, draws: 0 }],
    ['priorStrength', { items: 2, priorStrength: -1 }],
    ['prior[1]', { items: 2, prior: Float32Array.of(1, Number.NaN) }],
    ['rolloutLength', { items: 2, rolloutLength: 1.5 }],
  ])('refuses %s out of range', (option, options) => {
    expectInvalid(option, () => createThompsonSampling({ random: createRandom(1), ...options }));
  });
});
