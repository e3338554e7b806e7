import { createRandom, exclusionsOf, isAllowed, type Observation, type Random } from '@ialp/core';
import {
  type ActionDistribution,
  createActionValuePolicy,
  createNetwork,
  createNetworkPolicy,
  createRandomPolicy,
  type Policy,
} from '@ialp/policy';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { mixedTop } from './mixed-top.js';
import { createMixturePolicy } from './mixture-policy.js';

/** Policies to mix, by name: a few items with nearly all probability, many ties, and both. */
const PARTS: Readonly<Record<string, (items: number, random: Random) => Policy>> = {
  peaked: (items, random) => fixedPolicy(softmax(items, 20, random)),
  flat: (items, random) => fixedPolicy(softmax(items, 0.5, random)),
  'with few probabilities': (items, random) =>
    fixedPolicy(Array.from({ length: items }, () => (1 + random.integer(3)) / (2 * items))),
  uniform: (items) => createRandomPolicy(items),
  'epsilon-greedy': (items, random) => createActionValuePolicy(valuesOf(items, random), { epsilon: random.uniform() }),
  greedy: (items, random) => createActionValuePolicy(valuesOf(items, random)),
};

function softmax(items: number, sharpness: number, random: Random): number[] {
  const weights = Array.from({ length: items }, () => Math.exp(sharpness * random.normal()));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / total);
}

const valuesOf = (items: number, random: Random) =>
  createNetwork({ items, historyLength: 1, embedding: 4, hidden: 4, heads: ['q'], random });

/** States that exclude a random share of the items each, from none to all but one. */
function statesOf(rows: number, items: number, random: Random): Observation {
  const lists = Array.from({ length: rows }, () => {
    const [share, left] = [random.uniform(), random.integer(items)];
    return Array.from({ length: items }, (_, item) => item).filter((item) => item !== left && random.uniform() < share);
  });
  const historyItems = Int32Array.from({ length: rows }, () => random.integer(items));
  return { ...makeObservation(rows, items), historyItems, exclusions: exclusionsOf(lists) };
}

/** `[rows][items]`: every item's probability in the mixture, in single precision. */
function scoresOf(parts: readonly ActionDistribution[], weights: Float32Array, items: number): number[][] {
  const scores = Array.from(weights, () => new Array<number>(items).fill(0));
  for (let item = 0; item < items; item++) {
    const asked = new Int32Array(weights.length).fill(item);
    const [one, other] = parts.map((part) => part.propensity(asked).slice());
    for (const [row, w] of weights.entries()) scores[row][item] = Math.fround(w * one[row] + (1 - w) * other[row]);
  }
  return scores;
}

const names = fc.constantFrom(...Object.keys(PARTS));

test('the top of a mixture is that of all its probabilities, ties in catalogue order', () => {
  const sizes = fc.oneof(
    { weight: 40, arbitrary: fc.integer({ min: 2, max: 60 }) },
    { weight: 1, arbitrary: fc.constant(1300) },
  );
  fc.assert(
    fc.property(
      names,
      names,
      sizes,
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, items, seed, share) => {
        const random = createRandom(seed % 2 ** 32);
        const rows = 3;
        const states = statesOf(rows, items, random);
        const parts = [PARTS[a](items, random), PARTS[b](items, random)].map((policy) => policy.distribution(states));
        const weights = Float32Array.from([share, random.uniform(), random.integer(2)].slice(0, rows));
        const count = 1 + random.integer(Math.min(items, 12));
        const { items: found, scores: probability } = mixedTop(parts[0], parts[1], weights, count, items);
        const scores = scoresOf(parts, weights, items);
        for (let row = 0; row < rows; row++) {
          const allowed = Array.from({ length: items }, (_, item) => item).filter((item) =>
            isAllowed(states, row, item),
          );
          const best = allowed.sort((x, y) => scores[row][y] - scores[row][x] || x - y).slice(0, count);
          const expected = Array.from({ length: count }, (_, place) => best[place] ?? -1);
          expect(Array.from(found.subarray(row * count, (row + 1) * count))).toEqual(expected);
          const ofItems = expected.map((item) => (item === -1 ? 0 : scores[row][item]));
          expect(Array.from(probability.subarray(row * count, (row + 1) * count))).toEqual(ofItems);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('of two networks, the top is that of all probabilities but for ties within rounding', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.constantFrom(0, 1, 50, 400), (seed, sharpness) => {
      const [rows, items, count] = [3, 300, 7];
      const random = createRandom(seed);
      const policies = [0, 1].map(() => {
        const network = createNetwork({ items, historyLength: 1, embedding: 4, hidden: 4, random });
        network.scaleActor(sharpness);
        return createNetworkPolicy(network);
      });
      const states = statesOf(rows, items, random);
      const weights = Float32Array.of(0.3, 0.8, 0.5);
      const mixture = createMixturePolicy(policies[0], policies[1], (_, w) => w.set(weights));
      const found = mixture.distribution(states).top(count);
      const [list, probability] = [found.items.slice(), found.scores.slice()];
      const parts = policies.map((policy) => policy.distribution(states));
      const scores = scoresOf(parts, weights, items);
      for (let row = 0; row < rows; row++) {
        const allowed = scores[row].filter((_, item) => isAllowed(states, row, item)).sort((a, b) => b - a);
        for (let place = row * count; place < (row + 1) * count; place++) {
          const expected = allowed[place - row * count] ?? 0;
          expect(Math.abs(probability[place] - expected)).toBeLessThan(1e-6);
          if (list[place] !== -1) expect(Math.abs(scores[row][list[place]] - expected)).toBeLessThan(1e-6);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a mixture of peaked policies reads no more of the rankings than it needs', () => {
  const items = 1000;
  const random = createRandom(3);
  const widths: number[] = [];
  const watched = ({ top, ...rest }: ActionDistribution): ActionDistribution => ({
    ...rest,
    top(count) {
      widths.push(count);
      return top(count);
    },
  });
  const states = makeObservation(2, items);
  const [one, other] = [0, 1].map(() => watched(PARTS['peaked'](items, random).distribution(states)));
  mixedTop(one, other, Float32Array.of(0.5, 0.5), 5, items);
  expect(Math.max(...widths)).toBeLessThanOrEqual(40);
});
