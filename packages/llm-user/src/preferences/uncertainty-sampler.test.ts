import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import type { RewardModel } from '../reward-model.js';
import { createRandomSampler } from './candidate-samplers.js';
import { createUncertaintySampler } from './uncertainty-sampler.js';

const USER = { items: [3], feedback: [1] };

/** Is as unsure of an item as its number says; and sure of the answer where that is 20 or more. */
const rewardModel: RewardModel = {
  specificationVersion: 'v1',
  items: 30,
  user: () => ({
    probability: (item) => ({ mean: item < 20 ? 0.5 : 0.999, logitDeviation: item }),
    observe: () => {},
  }),
};

test('takes what an answer could change the most, of a pool', () => {
  const sampler = createUncertaintySampler({ rewardModel, from: createRandomSampler(30), poolFactor: 6 });
  // The pool of 30 is everything but what the user has met.
  expect(sampler(USER, 5, createRandom(1))).toEqual([19, 18, 17, 16, 15]);
});

test('with a pool of one an item it is the pool, whatever the doubt', () => {
  const sampler = createUncertaintySampler({ rewardModel, from: createRandomSampler(30), poolFactor: 1 });
  const drawn = sampler(USER, 5, createRandom(1));
  expect(new Set(drawn)).toEqual(new Set(createRandomSampler(30)(USER, 5, createRandom(1))));
});

test('a pool of none is refused', () => {
  expect(() => createUncertaintySampler({ rewardModel, from: createRandomSampler(30), poolFactor: 0 })).toThrow(
    /poolFactor/,
  );
});
