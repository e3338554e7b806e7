import { createRandom, InvalidOptionError, type Observation, type Trajectories } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { DivergenceError, NothingAllowedError, ShapeError } from '../../errors.js';
import type { Learner } from '../../learner.js';
import { observationOf } from '../../test-support/observations.js';
import { experienceOf } from '../../test-support/states.js';
import { createPopularity } from './popularity.js';

/** States that differ in what they allow alone. */
function masked(...masks: number[][]): Observation {
  return observationOf(masks.length, masks[0].length, { mask: masks.flat() });
}

function shown(learner: Learner, observation: Observation): number[] {
  return [...learner.policy.distribution(observation).sample(createRandom(1)).items];
}

/** The order of the items: the best, the best of the others, ... */
function ranking(learner: Learner, items: number): number[] {
  const mask = new Array<number>(items).fill(1);
  return mask.map(() => {
    const [item] = shown(learner, masked(mask));
    mask[item] = 0;
    return item;
  });
}

/** Each item shown once, with a reward of its own. */
function experience(items: number, actions: number[], reward: number[]): Trajectories {
  return experienceOf(items, ...actions.map((item, row) => ({ item, reward: reward[row] })));
}

describe('popularity', () => {
  test('ranks by the prior, ties by index', () => {
    const learner = createPopularity({ items: 5, prior: Float32Array.of(10, 300, 10, 7, 300) });
    expect(ranking(learner, 5)).toEqual([1, 4, 0, 2, 3]);
  });

  test('without a prior all are equal: the lowest index first', () => {
    expect(ranking(createPopularity({ items: 4 }), 4)).toEqual([0, 1, 2, 3]);
  });

  test('shows the best that each mask allows, for certain', () => {
    const learner = createPopularity({ items: 3, prior: Float32Array.of(1, 3, 2) });
    const distribution = learner.policy.distribution(masked([1, 1, 1], [1, 0, 1], [1, 0, 0]));
    const { items, propensity } = distribution.sample(createRandom(1));
    expect([...items]).toEqual([1, 2, 0]);
    expect([...propensity]).toEqual([1, 1, 1]);
    expect([...distribution.propensity(Int32Array.of(1, 0, 0))]).toEqual([1, 0, 1]);
  });

  test('shrinks the mean feedback towards the prior', () => {
    // Priors by rank: 1, 1/2, 0. With strength 2 and after one reward of 1 for item 1 and two for item 2:
    // (2 * 1) / 2 = 1; (2 * 1/2 + 1) / 3 = 0.667; (0 + 2) / 4 = 0.5. One reward of 0 for item 0: 2 / 3 = 0.667, a tie.
    const learner = createPopularity({ items: 3, prior: Float32Array.of(9, 8, 7), priorStrength: 2 });
    learner.learn(experience(3, [1, 2, 2], [1, 1, 1]));
    expect(ranking(learner, 3)).toEqual([0, 1, 2]);
    learner.learn(experience(3, [0], [0]));
    expect(ranking(learner, 3)).toEqual([0, 1, 2]);
    // A second reward of 0 for item 0: 2 / 4 = 0.5, a tie with item 2.
    learner.learn(experience(3, [0], [0]));
    expect(ranking(learner, 3)).toEqual([1, 0, 2]);
    // Another reward of 1 for item 2: 3 / 5 = 0.6.
    learner.learn(experience(3, [2], [1]));
    expect(ranking(learner, 3)).toEqual([1, 2, 0]);
  });

  test.each([
    { priorStrength: 0.01, order: [1, 0] },
    { priorStrength: 1000, order: [0, 1] },
  ])('a prior of strength $priorStrength after four interactions against it: $order', ({ priorStrength, order }) => {
    const learner = createPopularity({ items: 2, prior: Float32Array.of(1, 0), priorStrength });
    learner.learn(experience(2, [0, 0, 0, 1], [0, 0, 0, 1]));
    expect(ranking(learner, 2)).toEqual(order);
  });

  test('refuses a reward that is no number, and keeps its ranking', () => {
    const learner = createPopularity({ items: 2, priorStrength: 1 });
    expect(() => learner.learn(experience(2, [1, 0], [5, Number.NaN]))).toThrow(DivergenceError);
    expect(ranking(learner, 2)).toEqual([0, 1]);
  });

  test('refuses a state in which nothing is allowed, and another catalogue', () => {
    const { policy } = createPopularity({ items: 2 });
    expect(() => policy.distribution(masked([1, 0], [0, 0]))).toThrow(NothingAllowedError);
    expect(() => policy.distribution(masked([1, 0, 1]))).toThrow(ShapeError);
  });

  test('ranks a catalogue of one item', () => {
    expect(ranking(createPopularity({ items: 1, prior: Float32Array.of(4) }), 1)).toEqual([0]);
  });

  test.each([
    ['items', { items: 0 }],
    ['priorStrength', { items: 2, priorStrength: 0 }],
    ['priorStrength', { items: 2, priorStrength: Number.POSITIVE_INFINITY }],
    ['rolloutLength', { items: 2, rolloutLength: 0.5 }],
    ['prior', { items: 2, prior: new Float32Array(3) }],
    ['prior[1]', { items: 2, prior: Float32Array.of(1, Number.NaN) }],
  ])('refuses %s out of range', (option, options) => {
    expect(() => createPopularity(options)).toThrow(InvalidOptionError);
    expect(() => createPopularity(options)).toThrow(expect.objectContaining({ option }));
  });
});
