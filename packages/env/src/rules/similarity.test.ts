import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminationsOf } from '../test-support/session.js';
import { createCategorySimilarityRule } from './category-similarity.js';
import { createPatienceRule } from './patience.js';
import { createSimilarityRule } from './similarity.js';

const sameTens = (a: number, b: number): boolean => Math.floor(a / 10) === Math.floor(b / 10);
const terminatesAtEnd = (
  rule: ReturnType<typeof createSimilarityRule>,
  items: readonly number[],
): boolean | undefined => terminationsOf(rule, items).at(-1);

describe('createSimilarityRule', () => {
  const rule = createSimilarityRule({ window: 3, minSimilar: 2, isSimilar: sameTens });

  test.each([
    { items: [11], leaves: false, why: 'nothing before it' },
    { items: [11, 12], leaves: false, why: 'one like it' },
    { items: [11, 12, 13], leaves: true, why: 'two like it, though fewer than three were shown before' },
    { items: [11, 21, 22, 23], leaves: true, why: 'two of the last three' },
    { items: [21, 22, 31, 41, 23], leaves: false, why: 'those before the window do not count' },
  ])('$items: $why', ({ items, leaves }) => {
    expect(terminatesAtEnd(rule, items)).toBe(leaves);
  });

  test('agrees with the rule as EasyRL4Rec states it: any of the last n within a distance', () => {
    const places = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), (items, window, limit) => {
        const near = createSimilarityRule({ window, minSimilar: 1, isSimilar: (a, b) => Math.abs(a - b) < limit });
        const expected = items.map((item, t) => {
          return items.slice(Math.max(0, t - window), t).some((earlier) => Math.abs(item - earlier) < limit);
        });
        expect(terminationsOf(near, items)).toEqual(expected);
      }),
    );
  });

  test("and differs from EasyRL4Rec's code while fewer than n items have been shown", () => {
    // Python's `sequence[t - 5 : t]` at t = 2 is `sequence[-3 : 2]` of two items: both. At t = 3 it is `[-2 : 3]`: the
    // first of three goes uncounted, though all three are among the last five.
    const python = (t: number, n: number, length: number) => Math.max(0, t - n < 0 ? length + t - n : t - n);
    expect(python(3, 5, 3)).toBe(1);
    const near = createSimilarityRule({ window: 5, minSimilar: 1, isSimilar: (a, b) => a === b });
    expect(terminationsOf(near, [7, 1, 2, 7])).toEqual([false, false, false, true]);
  });

  test('compares each item of a slate with those before it, the same slate among them', () => {
    const slates = (items: number[]) => terminationsOf(rule, items, { slateSize: 2 });
    expect(slates([11, 12, 21, 22])).toEqual([false, false]);
    expect(slates([11, 12, 13, 40])).toEqual([false, true]);
    expect(slates([11, 21, 12, 13])).toEqual([false, true]);
  });

  test.each<[() => unknown, RegExp]>([
    [() => createSimilarityRule(undefined as never), /^options: expected an object/],
    [() => createSimilarityRule({ window: 3, minSimilar: 1 } as never), /^isSimilar: expected a function/],
    [() => createCategorySimilarityRule(undefined as never), /^options: expected an object/],
    [
      () => createCategorySimilarityRule({ window: 3, minSimilar: 1 } as never),
      /^categories: expected a list for each item/,
    ],
    [
      () => createCategorySimilarityRule({ window: 3, minSimilar: 1, categories: [[0], null as never] }),
      /^categories\[1\]/,
    ],
  ])('refuses missing options: %s', (make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'InvalidOptionError' }));
  });

  test('refuses more similarities than the window has', () => {
    expect(() => createSimilarityRule({ window: 3, minSimilar: 4, isSimilar: sameTens })).toThrow(
      /minSimilar: expected an integer from 1 to 3/,
    );
  });
});

describe('createCategorySimilarityRule', () => {
  test('counts each category by itself', () => {
    const categories = [[0, 1], [0], [1], [0], [], [2]];
    const rule = createCategorySimilarityRule({ window: 4, minSimilar: 2, categories });
    // Item 0 shares one category with 1 and the other with 2: neither twice.
    expect(terminatesAtEnd(rule, [1, 2, 0])).toBe(false);
    expect(terminatesAtEnd(rule, [1, 3, 0])).toBe(true);
    expect(terminatesAtEnd(rule, [4, 4, 4])).toBe(false);
  });

  test('in a catalogue of one category, users leave as soon as there are enough items', () => {
    const rule = createCategorySimilarityRule({ window: 4, minSimilar: 2, categories: [[0], [0], [0]] });
    expect(terminationsOf(rule, [0, 1, 2])).toEqual([false, false, true]);
  });

  test("agrees with EasyRL4Rec's rule: a category of the new item more than `threshold` times among the last n", () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(list, { minLength: 5, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        (categories, items, window, threshold) => {
          fc.pre(threshold < window);
          const expected = items.map((item, t) => {
            const last = items.slice(Math.max(0, t - window), t).flatMap((earlier) => categories[earlier]);
            return categories[item].some((c) => last.filter((other) => other === c).length > threshold);
          });
          expect(
            terminationsOf(createCategorySimilarityRule({ window, minSimilar: threshold + 1, categories }), items),
          ).toEqual(expected);
        },
      ),
    );
  });
});

test('categories are lists of numbers, not text', () => {
  const categories = ['10', '12', '3'] as never;
  expect(() => createCategorySimilarityRule({ window: 2, minSimilar: 1, categories })).toThrow(
    'categories[0]: expected a list of category numbers; found "10".',
  );
});

test('other options are refused', () => {
  const options = { window: 2, minSimilar: 1, isSimilar: () => true };
  expect(() => createSimilarityRule({ ...options, minimum: 2 } as never)).toThrow(/found "minimum"/);
  expect(() => createPatienceRule({ misses: 2, threshold: 1 } as never)).toThrow(/found "threshold"/);
});
