import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId, RelevantItems } from './by-ids.js';
import { dcg, ndcg } from './gain.js';
import { averagePrecision, hitRate, precision, recall, reciprocalRank } from './set-metrics.js';

describe('by hand', () => {
  test('a hit, two misses, a hit; three items relevant in all', () => {
    const [recommended, relevant] = [['a', 'x', 'y', 'b'], new Set(['a', 'b', 'c'])];
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2;
    expect(ndcg(recommended, relevant, { k: 3 })).toBeCloseTo(1 / ideal, 12);
    expect(ndcg(recommended, relevant, { k: 3 })).toBeCloseTo(0.469, 3);
    expect(ndcg(recommended, relevant)).toBeCloseTo((1 + 1 / Math.log2(5)) / ideal, 12);
    expect(dcg(recommended, relevant)).toBeCloseTo(1 + 1 / Math.log2(5), 12);
    expect(recall(recommended, relevant, { k: 3 })).toBeCloseTo(1 / 3, 12);
    expect(recall(recommended, relevant)).toBeCloseTo(2 / 3, 12);
    expect(precision(recommended, relevant, { k: 3 })).toBeCloseTo(1 / 3, 12);
    expect(precision(recommended, relevant, { k: 10 })).toBeCloseTo(2 / 10, 12);
    expect(hitRate(recommended, relevant, { k: 1 })).toBe(1);
    expect(reciprocalRank(recommended, ['b', 'c'])).toBe(1 / 4);
    expect(averagePrecision(recommended, relevant)).toBeCloseTo((1 + 2 / 4) / 3, 12);
  });

  test('the ideal list holds at most k items, so that a list of hits is worth 1', () => {
    expect(ndcg([1, 2, 3], [5, 4, 3, 2, 1], { k: 3 })).toBe(1);
    expect(ndcg([1], [1, 2])).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 12);
  });

  test('grades come as a map; 0 is not relevant', () => {
    const grades = new Map([
      ['a', 1],
      ['b', 3],
      ['c', 0],
    ]);
    expect(ndcg(['a', 'c', 'b'], grades)).toBeCloseTo((1 + 3 / 2) / (3 + 1 / Math.log2(3)), 12);
    expect(ndcg(['a', 'b'], grades, { gain: 'exponential' })).toBeCloseTo(
      (1 + 7 / Math.log2(3)) / (7 + 1 / Math.log2(3)),
      12,
    );
    expect(recall(['c', 'b'], grades)).toBe(1 / 2);
    expect(hitRate(['c'], grades)).toBe(0);
  });

  test('an id that stands twice among the relevant ones counts once; ids may be typed numbers', () => {
    expect(recall([1, 2], [1, 1, 3])).toBe(1 / 2);
    expect(recall(Int32Array.of(1, 2), Int32Array.of(1, 3))).toBe(1 / 2);
  });
});

/** What the six have in common. */
interface Measure {
  (list: readonly number[], options: { readonly k: number }): number | null;
  (recommended: readonly ItemId[], relevant: RelevantItems, options?: { readonly k: number }): number | null;
}
const measures: Readonly<Record<string, Measure>> = {
  ndcg,
  recall,
  averagePrecision,
  precision,
  hitRate,
  reciprocalRank,
};

test.each(Object.entries(measures))(
  '%s: a list without hits counts 0; a user without relevant items has no value',
  (_, measure) => {
    expect(measure(['a', 'b'], ['c'], { k: 2 })).toBe(0);
    expect(measure([], ['c'])).toBe(0);
    expect(measure(['a', 'b'], [])).toBeNull();
    expect(measure(['a', 'b'], new Map([['a', 0]]))).toBeNull();
  },
);

test('is what a list of the whole catalogue gives, for any order and any relevant items', () => {
  const catalogue = Array.from({ length: 8 }, (_, id) => id);
  const order = fc.shuffledSubarray(catalogue, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(order, fc.subarray(catalogue), fc.integer({ min: 1, max: 8 }), (ranked, relevant, k) => {
      const list = ranked.map((id) => (relevant.includes(id) ? 1 : 0));
      const top = ranked.slice(0, k);
      for (const [name, measure] of Object.entries(measures)) {
        const expected = relevant.length === 0 ? null : measure(list, { k });
        expect(measure(top, relevant, { k }), name).toBe(expected);
        expect(measure(ranked, new Set(relevant), { k }), name).toBe(expected);
      }
    }),
  );
});

describe('refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'an item that stands twice',
      () => ndcg(['a', 'b', 'a'], ['a']),
      /recommended\[2\]: expected each item once; recommended\[0\] is the same item; found "a"/,
    ],
    [
      'numbers beside text',
      () => recall([1, 2], ['1', '2']),
      /relevant: expected a number, like recommended\[0\]: convert the ids on one side; found "1"/,
    ],
    ['ids of two kinds', () => recall(['a', 2], ['a']), /recommended\[1\]: expected a string/],
    ['a value that is not an id', () => recall([{}] as unknown as string[], ['a']), /recommended\[0\]: expected an id/],
    ['NaN', () => recall([Number.NaN], [1]), /recommended\[0\]/],
    [
      'a grade below 0',
      () => ndcg(['a'], new Map([['a', -1]])),
      /relevant\.get\("a"\): expected a grade from 0 to 1000; found -1/,
    ],
    [
      'grades in an object',
      () => ndcg(['a'], { a: 1 } as unknown as string[], { k: 1 }),
      /relevant: expected the relevant items: an array, a Set, or a Map/,
    ],
    ['text', () => ndcg('abc' as unknown as string[], ['a']), /recommended: expected an array of ids/],
    ['ids without the relevant ones', () => ndcg(['a', 'b'] as unknown as number[], { k: 1 }), /list\[0\]/],
    ['a cut of none', () => ndcg(['a'], ['a'], { k: 0 }), /k: expected an integer of at least 1/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });
});
