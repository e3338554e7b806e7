import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../catalogue.js';
import { categoriesOf, sharing, withinDistance } from './likeness.js';

describe('withinDistance', () => {
  test('is below the distance, not at it', () => {
    const points = Float32Array.of(0, 0, 3, 4, 3, 0);
    expect(withinDistance({ points, width: 2 }, 5)(0, 1)).toBe(false);
    expect(withinDistance({ points, width: 2 }, 5.01)(0, 1)).toBe(true);
    expect(withinDistance({ points, width: 2 }, 5)(1, 2)).toBe(true);
    expect(withinDistance({ points, width: 2 }, 1e-9)(1, 1)).toBe(true);
  });

  test('gives the same looked up and worked out', () => {
    const coordinates = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(coordinates, fc.integer({ min: 1, max: 12 }), (few, distance) => {
        const small = withinDistance({ points: Float32Array.from(few), width: 2 }, distance);
        const padded = new Float32Array(2 * 8193);
        padded.set(few);
        const large = withinDistance({ points: padded, width: 2 }, distance);
        for (let a = 0; a < 6; a++) for (let b = 0; b < 6; b++) expect(small(a, b)).toBe(large(a, b));
      }),
      { numRuns: 10 },
    );
  });

  test('refuses what has no distance', () => {
    const points = Float32Array.of(1, 2, Number.NaN, 4);
    expect(() => withinDistance({ points, width: 2 }, 1)).toThrow(/points\[2\]: expected a finite number; found NaN/);
    expect(() => withinDistance({ points, width: 3 }, 1)).toThrow(/a whole number of points of 3 coordinates/);
    expect(() => withinDistance({ points: Float32Array.of(1), width: 1 }, 0)).toThrow(/distance/);
  });
});

describe('attributes', () => {
  const item = (id: string, genre: string[]) => ({ id, title: id, text: id, attributes: { genre } });
  const catalogue: Catalogue = {
    items: [item('a', ['x', 'y']), item('b', ['y']), item('c', ['z', 'z']), item('d', [])],
  };

  test('sharing a value makes alike', () => {
    const alike = sharing(catalogue, 'genre');
    expect([alike(0, 1), alike(1, 0), alike(0, 2), alike(3, 3)]).toEqual([true, true, false, false]);
  });

  test('values become numbers in the order in which they appear', () => {
    expect(categoriesOf(catalogue, 'genre').map((list) => [...list])).toEqual([[0, 1], [1], [2], []]);
  });

  test('an attribute that nothing has is refused, with those that there are', () => {
    expect(() => sharing(catalogue, 'colour')).toThrow(/attribute: expected .*there are: genre.*found "colour"/);
  });
});
