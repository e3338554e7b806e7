import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestNeighbors } from './item-neighbors.js';

/** Vectors of small integers, so that ties and zeros are common. */
const catalogues = fc.integer({ min: 2, max: 9 }).chain((items) =>
  fc.record({
    rows: fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 }), {
      minLength: items,
      maxLength: items,
    }),
    available: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: items, maxLength: items }),
    of: fc.uniqueArray(fc.nat(items - 1), { minLength: 1, maxLength: 3 }),
    neighbors: fc.integer({ min: 1, max: 10 }),
  }),
);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k], 0);

function cosineOf(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

test('neighbours are the available items of greatest cosine, and their weights the shares of the cosines above 0', () => {
  fc.assert(
    fc.property(catalogues, ({ rows, available, of, neighbors }) => {
      const vectors = { data: Float32Array.from(rows.flat()), width: 3 };
      const candidates = [...rows.keys()].filter((item) => available[item] === 1 && !of.includes(item));
      const find = () => nearestNeighbors(vectors, Int32Array.from(of), Uint8Array.from(available), neighbors);
      if (candidates.length === 0 || of.some((item) => rows[item].every((value) => value === 0))) {
        expect(find).toThrow(InvalidOptionError);
        return;
      }
      const { count, items, weights } = find();
      expect(count).toBe(Math.min(neighbors, candidates.length));
      for (const [k, item] of of.entries()) {
        // Array.prototype.sort is stable: ties stay in catalogue order.
        const expected = candidates
          .map((other) => ({ other, cosine: cosineOf(rows[item], rows[other]) }))
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, count);
        expect([...items.subarray(k * count, (k + 1) * count)]).toEqual(expected.map(({ other }) => other));
        const total = expected.reduce((sum, { cosine }) => sum + Math.max(0, cosine), 0);
        for (const [place, { cosine }] of expected.entries()) {
          const share = total > 0 ? Math.max(0, cosine) / total : 1 / count;
          expect(weights[k * count + place]).toBeCloseTo(share, 12);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('an item without a vector of its own is refused by its row, and so is a catalogue without another item', () => {
  const vectors = { data: Float32Array.of(1, 0, 0, 0, 0, 1), width: 2 };
  const find = (of: number[], available: number[]) => () =>
    nearestNeighbors(vectors, Int32Array.from(of), Uint8Array.from(available), 10);
  expect(find([1], [1, 1, 1])).toThrow(
    'embeddings.data, row 1: expected a vector with a direction for each item that is placed: write it to its row first; found only zeros',
  );
  expect(find([0, 2], [1, 0, 1])).toThrow('available: expected an available item besides those that are placed');
});
