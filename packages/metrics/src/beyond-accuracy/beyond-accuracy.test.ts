import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueCoverage, entropy, exposure, gini } from './concentration.js';
import { dominantFeatures, featureDomination, groupExposure, miscalibration } from './groups.js';
import { averagePopularity, intraListDiversity, novelty, repetition, serendipity } from './lists.js';

const counts = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 });

describe('how evenly a catalogue is shown', () => {
  test('worked by hand', () => {
    const shown = exposure([0, 2, 2, 2], 4);
    expect(Array.from(shown)).toEqual([1, 0, 3, 0]);
    expect(catalogueCoverage(shown)).toBe(0.5);
    // Ascending 0, 0, 1, 3: (-3 * 0 - 1 * 0 + 1 * 1 + 3 * 3) / (4 * 4).
    expect(gini(shown)).toBe(10 / 16);
    expect(entropy(shown)).toBeCloseTo(-(0.25 * Math.log2(0.25) + 0.75 * Math.log2(0.75)), 12);
    expect(entropy([2, 2, 2, 2], { isNormalized: true })).toBe(1);
  });

  test('Gini is half the mean difference of two items, over the mean', () => {
    fc.assert(
      fc.property(counts, (values) => {
        const total = values.reduce((sum, value) => sum + value, 0);
        if (total === 0) {
          expect([gini(values), entropy(values)]).toEqual([null, null]);
          return;
        }
        const differences = values
          .flatMap((a) => values.map((b) => Math.abs(a - b)))
          .reduce((sum, each) => sum + each, 0);
        expect(gini(values)!).toBeCloseTo(differences / (2 * values.length * total), 9);
      }),
    );
  });

  test('none depends on which item is which, and each has its bounds', () => {
    fc.assert(
      fc.property(counts, (values) => {
        fc.pre(values.some((value) => value > 0));
        const turned = [...values].reverse();
        expect(gini(turned)).toBeCloseTo(gini(values)!, 12);
        expect(entropy(turned)).toBeCloseTo(entropy(values)!, 9);
        expect(catalogueCoverage(turned)).toBe(catalogueCoverage(values));
        expect(gini(values)!).toBeGreaterThanOrEqual(-1e-12);
        expect(gini(values)!).toBeLessThanOrEqual(1 - 1 / values.length + 1e-12);
        expect(entropy(values, { isNormalized: true })!).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('one list', () => {
  test('worked by hand', () => {
    expect(intraListDiversity([1, 2, 4], (a, b) => Math.abs(a - b))).toBe((1 + 3 + 2) / 3);
    expect(novelty([0, 1], [0.5, 0.125])).toBe((1 + 3) / 2);
    expect(novelty([0], [1])).toBe(0);
    expect(averagePopularity([0, 1], [0.5, 0.125])).toBe(0.3125);
    expect(serendipity(['a', 'b', 'c', 'd'], (item) => item !== 'd', new Set(['a']))).toBe(0.5);
    expect(repetition([3, 4, 3, 3])).toBe(0.5);
  });

  test('an empty list has no value', () => {
    expect([
      novelty([], []),
      averagePopularity([], []),
      repetition([]),
      serendipity([], () => true, new Set()),
    ]).toEqual([null, null, null, null]);
    expect(intraListDiversity([1], () => 1)).toBeNull();
    expect(featureDomination([], [], new Set())).toBeNull();
  });
});

describe('groups and categories', () => {
  test('exposure by group, with and without a discount', () => {
    expect(Array.from(groupExposure([0, 1, 2], [0, 1, 1], 2))).toEqual([1 / 3, 2 / 3]);
    const weights = [1, 1 / Math.log2(3), 1 / 2];
    const [first] = groupExposure([0, 1, 2], [0, 1, 1], 2, { discount: 'logarithmic' });
    expect(first).toBeCloseTo(1 / (weights[0] + weights[1] + weights[2]), 12);
    expect(Array.from(groupExposure([], [], 2))).toEqual([0, 0]);
  });

  test('miscalibration: 0 for the same shares, by hand for others, finite for what was never shown', () => {
    expect(miscalibration([0.7, 0.3], [0.7, 0.3])).toBe(0);
    const expected = 0.7 * Math.log2(0.7 / (0.99 * 0.2 + 0.007)) + 0.3 * Math.log2(0.3 / (0.99 * 0.8 + 0.003));
    expect(miscalibration([0.7, 0.3], [0.2, 0.8])).toBeCloseTo(expected, 12);
    expect(miscalibration([1, 0], [0, 1])).toBeCloseTo(Math.log2(100), 9);
  });

  test('dominant features and how far they go', () => {
    expect(dominantFeatures([5, 1, 3, 1])).toEqual(new Set([0, 2]));
    expect(dominantFeatures([5, 1, 3, 1], 1)).toEqual(new Set([0, 1, 2, 3]));
    expect(dominantFeatures([0, 0])).toEqual(new Set());
    expect(featureDomination([0, 1, 2], [[0, 1], [1], [3]], new Set([0, 3]))).toBe(2 / 3);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ['an item out of range', () => exposure([4], 4), /shown\[0\]: expected an item index from 0 to 3; found 4/],
  ['a count below 0', () => gini([1, -1]), /counts\[1\]/],
  ['no counts', () => catalogueCoverage([]), /counts/],
  ['an item that no user knows', () => novelty([0], [0]), /popularity\[0\]: expected a share above 0/],
  ['an item of no group', () => groupExposure([1], [0], 1), /groupOf\[1\]/],
  ['shares that sum to 0.9', () => miscalibration([0.5, 0.4], [1, 0]), /taken: expected shares that sum to 1/],
  ['shares of other categories', () => miscalibration([1], [1, 0]), /shown: expected 1/],
  ['an item without features', () => featureDomination([1], [[0]], new Set()), /list\[0\]/],
])('%s is refused', (_, call, message) => {
  expect(call).toThrow(message);
  expect(call).toThrow(InvalidOptionError);
});
