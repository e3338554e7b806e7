import { createRandom, InvalidOptionError } from '@ialp/core';
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

/** Every cosine in double precision, and a sort. Array.prototype.sort is stable: ties stay in catalogue order. */
function naiveNeighbors(rows: readonly (readonly number[])[], item: number, candidates: readonly number[], n: number) {
  return candidates
    .map((other) => ({ other, cosine: cosineOf(rows[item], rows[other]) }))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, n);
}

function sharesOf(cosines: readonly number[]): number[] {
  const total = cosines.reduce((sum, cosine) => sum + Math.max(0, cosine), 0);
  return cosines.map((cosine) => (total > 0 ? Math.max(0, cosine) / total : 1 / cosines.length));
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
        const expected = naiveNeighbors(rows, item, candidates, count);
        expect([...items.subarray(k * count, (k + 1) * count)]).toEqual(expected.map(({ other }) => other));
        for (const [place, share] of sharesOf(expected.map(({ cosine }) => cosine)).entries()) {
          expect(weights[k * count + place]).toBeCloseTo(share, 12);
        }
      }
    }),
    { numRuns: 500 },
  );
});

/**
 * Catalogues of more items than are compared at once. `similar` vectors differ by less than single precision tells apart in their cosines, `coarse` ones
 * have many ties and zeros; the scale takes squares of numbers to the limits of single precision and beyond.
 */
const largeCatalogues = fc
  .record({
    kind: fc.constantFrom('random', 'similar', 'coarse'),
    scale: fc.constantFrom(1, 1e-42, 1e-25, 1e30),
    width: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 260, 515)),
    items: fc.integer({ min: 60, max: 400 }),
    placed: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(40, 256, 257, 300)),
    available: fc.constantFrom(1, 0.5),
    neighbors: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
  })
  .filter(({ items, placed, width }) => placed < items - 20 && items * placed * width < 1e6);

test('large catalogues have exactly the neighbours and weights of a comparison of all pairs in double precision', () => {
  fc.assert(
    fc.property(largeCatalogues, ({ kind, scale, width, items, placed, available, neighbors, seed }) => {
      const random = createRandom(seed);
      const common = Array.from({ length: width }, () => random.normal());
      const numberOf: Record<string, (column: number) => number> = {
        random: () => random.normal(),
        similar: (column) => common[column] + 1e-4 * random.normal(),
        coarse: () => Math.round(random.normal()),
      };
      const data = Float32Array.from({ length: items * width }, (_, k) => scale * numberOf[kind](k % width));
      // Every item that is placed has a direction.
      const of = Int32Array.from({ length: placed }, (_, k) => (7 * k) % items).filter(
        (item, k, all) =>
          all.indexOf(item) === k && data.subarray(item * width, (item + 1) * width).some((x) => x !== 0),
      );
      const isAvailable = Uint8Array.from({ length: items }, () => +(random.uniform() < available));
      const rows = Array.from({ length: items }, (_, item) => [...data.subarray(item * width, (item + 1) * width)]);
      const candidates = [...rows.keys()].filter((item) => isAvailable[item] === 1 && !of.includes(item));
      fc.pre(candidates.length > 0 && of.length > 0);
      const found = nearestNeighbors({ data, width }, of, isAvailable, neighbors);
      const expected = Array.from(of, (item) => naiveNeighbors(rows, item, candidates, neighbors));
      expect([...found.items]).toEqual(expected.flatMap((each) => each.map(({ other }) => other)));
      expect([...found.weights]).toEqual(expected.flatMap((each) => sharesOf(each.map(({ cosine }) => cosine))));
    }),
    { numRuns: 60 },
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
