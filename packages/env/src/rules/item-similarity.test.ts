import type { Catalogue } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  categoriesOf,
  createAttributeSimilarity,
  createDistanceSimilarity,
  distanceBetween,
} from './item-similarity.js';

describe('createDistanceSimilarity', () => {
  test('is below the distance, not at it', () => {
    const points = Float32Array.of(0, 0, 3, 4, 3, 0);
    expect(createDistanceSimilarity({ points, width: 2 }, 5)(0, 1)).toBe(false);
    expect(createDistanceSimilarity({ points, width: 2 }, 5.01)(0, 1)).toBe(true);
    expect(createDistanceSimilarity({ points, width: 2 }, 5)(1, 2)).toBe(true);
    expect(createDistanceSimilarity({ points, width: 2 }, 1e-9)(1, 1)).toBe(true);
  });

  test('items that lie at the square root of a number are not within it: all of sqrt(1) to sqrt(400)', () => {
    const side = 21;
    const others = Array.from({ length: side * side }, (_, item) => item);
    const points = Float32Array.from(others.flatMap((item) => [item % side, Math.trunc(item / side)]));
    for (let square = 1; square <= 400; square++) {
      const within = createDistanceSimilarity({ points, width: 2 }, Math.sqrt(square));
      const nearer = others.filter((item) => (item % side) ** 2 + Math.trunc(item / side) ** 2 < square);
      expect(others.filter((item) => within(0, item))).toEqual(nearer);
    }
  });

  test('agrees with EasyRL4Rec, whose distances are ((a - b) ** 2).sum() ** 0.5 in double precision', () => {
    const coordinate = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.float({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
    );
    const threshold = fc.oneof(
      fc.integer({ min: 1, max: 60 }).map(Math.sqrt),
      fc.double({ min: 0.01, max: 12, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 18, maxLength: 18 }), threshold, (values, given) => {
        const width = 3;
        const distances = Array.from({ length: 36 }, (_, pair) => {
          let sum = 0;
          for (let k = 0; k < width; k++) {
            const difference = values[Math.trunc(pair / 6) * width + k] - values[(pair % 6) * width + k];
            sum += difference * difference;
          }
          return Math.sqrt(sum);
        });
        // A distance that occurs is the hardest threshold of all.
        for (const limit of [given, ...distances.filter((distance) => distance > 0)]) {
          const within = createDistanceSimilarity({ points: Float64Array.from(values), width }, limit);
          expect(distances.map((_, pair) => within(Math.trunc(pair / 6), pair % 6))).toEqual(
            distances.map((distance) => distance < limit),
          );
        }
      }),
    );
  });

  test('of many items is compared without a root, and agrees at distances that occur', () => {
    const items = 8193;
    const coordinate = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.float({ min: -2, max: 2, noNaN: true }));
    const sizes = fc.integer({ min: 1, max: 9 });
    const few = sizes.chain((width) => fc.array(coordinate, { minLength: 5 * width, maxLength: 5 * width }));
    fc.assert(
      fc.property(few, (values) => {
        const width = values.length / 5;
        const points = new Float64Array(items * width);
        points.set(values);
        const pairs = Array.from({ length: 25 }, (_, pair) => [Math.trunc(pair / 5), pair % 5]);
        const distances = pairs.map(([a, b]) => distanceBetween({ points, width }, a, b));
        const thresholds = [...new Set(distances)].slice(0, 5).filter((distance) => distance > 0);
        for (const threshold of [...thresholds, Number.MIN_VALUE, 1e-170, 1e200, Number.POSITIVE_INFINITY]) {
          const within = createDistanceSimilarity({ points, width }, threshold);
          expect(pairs.map(([a, b]) => within(a, b))).toEqual(distances.map((distance) => distance < threshold));
        }
      }),
    );
  });

  test('gives the same looked up and worked out', () => {
    const coordinates = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(coordinates, fc.integer({ min: 1, max: 12 }), (few, distance) => {
        const small = createDistanceSimilarity({ points: Float32Array.from(few), width: 2 }, distance);
        const padded = new Float32Array(2 * 8193);
        padded.set(few);
        const large = createDistanceSimilarity({ points: padded, width: 2 }, distance);
        for (let a = 0; a < 6; a++) for (let b = 0; b < 6; b++) expect(small(a, b)).toBe(large(a, b));
      }),
      { numRuns: 10 },
    );
  });

  test('refuses what has no distance', () => {
    const points = Float32Array.of(1, 2, Number.NaN, 4);
    expect(() => createDistanceSimilarity({ points, width: 2 }, 1)).toThrow(
      /points\[2\]: expected a finite number; found NaN/,
    );
    expect(() => createDistanceSimilarity({ points, width: 3 }, 1)).toThrow(
      /a whole number of points of 3 coordinates/,
    );
    expect(() => createDistanceSimilarity({ points: Float32Array.of(1), width: 1 }, 0)).toThrow(/distance/);
  });
});

describe('attributes', () => {
  const item = (id: string, genre: string[]) => ({ id, title: id, text: id, attributes: { genre } });
  const catalogue: Catalogue = {
    items: [item('a', ['x', 'y']), item('b', ['y']), item('c', ['z', 'z']), item('d', [])],
  };

  test('items that share a value are similar', () => {
    const isSimilar = createAttributeSimilarity(catalogue, 'genre');
    expect([isSimilar(0, 1), isSimilar(1, 0), isSimilar(0, 2), isSimilar(3, 3)]).toEqual([true, true, false, false]);
  });

  test('values become numbers in the order in which they appear', () => {
    expect(categoriesOf(catalogue, 'genre').map((list) => [...list])).toEqual([[0, 1], [1], [2], []]);
  });

  test('an attribute that nothing has is refused, with those that there are', () => {
    expect(() => createAttributeSimilarity(catalogue, 'colour')).toThrow(
      /attribute: expected .*there are: genre.*found "colour"/,
    );
  });
});
