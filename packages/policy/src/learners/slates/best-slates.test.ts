import { exclusionsOf, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Network } from '../../network.js';
import { bestSlates } from './best-slates.js';
import { rankedSlates, slateNetwork } from './slate-problem.js';

/** One state without a history. */
function stateOf(items: number, excluded: readonly number[] = []): Observation {
  return {
    ...{ rows: 1, items, historyLength: 1, session: Float64Array.of(0), turn: Int32Array.of(0) },
    ...{ historyItems: Int32Array.of(-1), historyFeedback: Float32Array.of(0) },
    available: new Uint8Array(items).fill(1),
    exclusions: exclusionsOf([excluded]),
  };
}

/** A network whose action values are these in every state. */
function withValues(values: readonly number[]): Network {
  const network = slateNetwork({ utilities: values, rewards: values, slateSize: 1 }, ['q'], 1);
  const weights = Object.entries(network.weights()).map(([name, { shape, data }]) => [
    name,
    { shape, data: name === 'qBias' ? Float32Array.from(values) : new Float32Array(data.length) },
  ]);
  network.setWeights(Object.fromEntries(weights));
  return network;
}

const figure = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map(Math.fround);

test('the slate found is the best of all, by enumeration', () => {
  const problems = fc.integer({ min: 3, max: 8 }).chain((items) =>
    fc.record({
      utilities: fc.array(figure(-3, 3), { minLength: items, maxLength: items }),
      values: fc.array(figure(-1, 2), { minLength: items, maxLength: items }),
      none: figure(-1, 1),
      size: fc.integer({ min: 1, max: 3 }),
    }),
  );
  fc.assert(
    fc.property(problems, ({ utilities, values, none, size }) => {
      const model = { choice: withValues(utilities), values: withValues(values), candidates: utilities.length };
      const [found] = bestSlates(stateOf(utilities.length), [none], size, model);
      const worthOf = (slate: readonly number[]): number => {
        const odds = slate.map((item) => Math.exp(utilities[item]));
        const total = odds.reduce((sum, v) => sum + v, 1);
        return slate.reduce((sum, item, k) => sum + odds[k] * values[item], none) / total;
      };
      const all = rankedSlates({ utilities, rewards: values, slateSize: size });
      const best = Math.max(...all.map(worthOf));
      expect(found.value).toBeCloseTo(best, 5);
      expect(worthOf(found.ranking.slice(0, size))).toBeCloseTo(best, 5);
      expect(new Set(found.ranking).size).toBe(utilities.length);
    }),
    { numRuns: 60 },
  );
});

test('items that a state excludes are no candidates', () => {
  const model = { choice: withValues([3, 2, 1, 0]), values: withValues([1, 1, 1, 1]), candidates: 4 };
  const [{ ranking }] = bestSlates(stateOf(4, [0]), [0], 2, model);
  expect(ranking).toEqual([1, 2, 3]);
});
