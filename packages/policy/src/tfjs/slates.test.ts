/** Slates of TensorFlow.js: the Plackett-Luce distribution, against double precision. */
import { createRandom, noExclusions } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { NothingAllowedError } from '../errors.js';
import type { Network } from '../network.js';
import { observationOf } from '../test-support/observations.js';
import {
  allSlates,
  type Distribute,
  expectFrequencies,
  expectRowByRow,
  expectSequential,
  softmaxConditionals,
} from '../test-support/slates.js';
import { makeStates, quietly } from '../test-support/tensorflow.js';
import { meanModel } from './architectures/mean.js';
import { MaskedSoftmax } from './softmax.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

/** Propensities of a slate under a softmax of some logits. */
function propensities(logits: readonly number[], mask: readonly number[], slate: readonly number[]): Float32Array {
  const states = observationOf(1, logits.length, { mask });
  return new MaskedSoftmax(Float32Array.from(logits), states).propensity(Int32Array.from(slate), slate.length);
}

const all = (logits: readonly number[]): number[] => logits.map(() => 1);

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  for (const [place, value] of expected.entries()) {
    expect(Math.abs(found[place] - value), `position ${place}`).toBeLessThanOrEqual(1e-5 * value + 1e-37);
  }
}

describe('propensities of slates, each given the items above', () => {
  test('random logits and exclusions', () => {
    const random = createRandom(3);
    for (let round = 0; round < 200; round++) {
      const items = 2 + random.integer(12);
      const logits = Array.from({ length: items }, () => Math.fround(10 * random.normal()));
      const mask = logits.map(() => (random.uniform() < 0.8 ? 1 : 0));
      const open = [...mask.keys()].filter((item) => mask[item] === 1);
      const slate = open.toReversed().slice(0, 5);
      if (slate.length > 0) expectClose(propensities(logits, mask, slate), softmaxConditionals(logits, mask, slate));
    }
  });

  test.each([
    [40, 0, -40],
    [-40, 40, 0],
    [80, 0, -80],
    [1000, 0, -1000],
    [0, 0, 300],
  ])('peaked logits %d, %d, %d: all slates of three, and each can be drawn', (...logits) => {
    for (const slate of allSlates(3, 3)) {
      expectClose(propensities(logits, all(logits), slate), softmaxConditionals(logits, all(logits), slate));
    }
    const softmax = new MaskedSoftmax(Float32Array.from(logits), observationOf(1, 3));
    const { items, propensity } = softmax.sample(createRandom(1), 3);
    expect([...items].sort()).toEqual([0, 1, 2]);
    expect(propensity.every((p) => p > 0)).toBe(true);
  });

  test('1,300 items', () => {
    const random = createRandom(4);
    const logits = Array.from({ length: 1300 }, () => Math.fround(4 * random.normal()));
    const slate = [0, 600, 1299, 511, 512, 1024, 3];
    expectClose(propensities(logits, all(logits), slate), softmaxConditionals(logits, all(logits), slate));
  });

  test('are 0 from the first item on that is not allowed, no item, or in the slate above', () => {
    const zeros = (...slate: number[]): number[] =>
      [...propensities([0, 1, 2, 3], [1, 1, 0, 1], slate)].flatMap((p, place) => (p === 0 ? [place] : []));
    expect(zeros(0, 3, 1)).toEqual([]);
    expect(zeros(0, 2, 1)).toEqual([1, 2]);
    expect(zeros(0, 0, 1)).toEqual([1, 2]);
    expect(zeros(3, 1, 3)).toEqual([2]);
    expect(zeros(-1, 1, 3)).toEqual([0, 1, 2]);
    expect(zeros(0, 4, 3)).toEqual([1, 2]);
    expect(zeros(0, 3, 1, 2)).toEqual([3]);
  });

  test('a slate longer than what a state allows is refused, naming the row', () => {
    const softmax = new MaskedSoftmax(new Float32Array(6), observationOf(2, 3, { mask: [1, 1, 1, 1, 0, 1] }));
    expect(() => softmax.sample(createRandom(1), 3)).toThrow(new NothingAllowedError(1, 3));
    expect(softmax.sample(createRandom(1), 2).items).toHaveLength(4);
  });
});

test.each([
  { logits: [0.5, -0.5, 1, 0], count: 2 },
  { logits: [0.5, -0.5, 1, 0], count: 4 },
  { logits: [200, 0, -1, 0.5], count: 3 },
])('$logits: slates of $count are drawn with the frequencies of the products', ({ logits, count }) => {
  const observation = observationOf(1, logits.length);
  const softmax = new MaskedSoftmax(Float32Array.from(logits), observation);
  const distribution = {
    propensity: (items: Int32Array) => softmax.propensity(items, count),
    sample: (random: ReturnType<typeof createRandom>) => softmax.sample(random, count),
    top: () => ({ items: new Int32Array(0), scores: new Float32Array(0) }),
  };
  expectFrequencies(distribution, observation, count, 6000);
});

test('a network: each position is a single recommendation, and a batch gives what its states give alone', async () => {
  const tensorFlow = await quietly('cpu');
  const model = meanModel({ embedding: 4, hidden: 8 });
  const network: Network = createTensorFlowNetwork({
    ...{ tensorFlow, items: 20, historyLength: 4, model, random: createRandom(1) },
  });
  network.scaleActor(60);
  const distribute: Distribute = (observation) => network.evaluate(observation);
  const states = { ...makeStates(5, 20, 4), exclusions: noExclusions(5) };
  expectSequential(distribute, states, 3);
  expectRowByRow(distribute, states, 3);
  network.dispose();
});
