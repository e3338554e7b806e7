import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dcg, ndcg } from './gain.js';
import type { JudgedList } from './relevance.js';
import { rankByScore } from './scores.js';
import { averagePrecision, hitRate, precision, recall, reciprocalRank } from './set-metrics.js';

const MEASURES: Readonly<Record<string, (list: JudgedList, k: number) => number | null>> = {
  hitRate: (list, k) => hitRate(list, { k }),
  precision: (list, k) => precision(list, { k }),
  recall: (list, k) => recall(list, { k }),
  averagePrecision: (list, k) => averagePrecision(list, { k }),
  reciprocalRank: (list, k) => reciprocalRank(list, { k }),
  dcg: (list, k) => dcg(list, { k }),
  ndcg: (list, k) => ndcg(list, { k }),
  'dcg, exponential': (list, k) => dcg(list, { k, gain: 'exponential' }),
};

describe('a constant scorer', () => {
  const ranked = rankByScore([1, 1, 1, 1], [1, 0, 0, 0]);

  test('has the mean over all orders at the first place', () => {
    expect(precision(ranked, { k: 1 })).toBe(0.25);
    expect(hitRate(ranked, { k: 1 })).toBe(0.25);
    expect(reciprocalRank(ranked, { k: 1 })).toBe(0.25);
    expect(ndcg(ranked, { k: 1 })).toBe(0.25);
    expect(recall(ranked, { k: 1 })).toBe(0.25);
    expect(averagePrecision(ranked, { k: 1 })).toBe(0.25);
  });

  test('finds what there is in the whole list', () => {
    expect(precision(ranked, { k: 4 })).toBe(0.25);
    expect(recall(ranked, { k: 4, relevant: 1 })).toBe(1);
    expect(hitRate(ranked)).toBe(1);
    expect(reciprocalRank(ranked)).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, 15);
    expect(averagePrecision(ranked)).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, 15);
  });

  test('of 2 relevant among 4: the chances of the hypergeometric distribution', () => {
    const two = rankByScore([0, 0, 0, 0], [1, 0, 1, 0]);
    // None in the first two places: 2/4 * 1/3.
    expect(hitRate(two, { k: 2 })).toBeCloseTo(1 - 1 / 6, 15);
    expect(precision(two, { k: 2 })).toBe(0.5);
    expect(reciprocalRank(two)).toBeCloseTo(1 / 2 + (1 / 3) * (1 / 2) + (1 / 6) * (1 / 3), 15);
  });

  test('in the order of the list only where that is asked for', () => {
    const asListed = rankByScore([1, 1, 1, 1], [0, 1, 0, 0], { ties: 'order' });
    expect([precision(asListed, { k: 1 }), reciprocalRank(asListed)]).toEqual([0, 0.5]);
  });
});

test('scikit-learn: ndcg_score of scores with ties, as it gives by default', () => {
  // sklearn.metrics.ndcg_score([[3, 0, 1, 2, 0, 1]], [[1, 1, 1, 2, 2, 0]], k=k), scikit-learn 1.9.1.
  const [relevance, scores] = [
    [3, 0, 1, 2, 0, 1],
    [1, 1, 1, 2, 2, 0],
  ];
  const ranked = rankByScore(scores, relevance);
  const golden = {
    1: 0.3333333333333333,
    2: 0.3826803184943109,
    3: 0.48249983368716964,
    4: 0.5530692122179829,
    5: 0.6524048232760645,
    6: 0.7210046717189436,
  };
  for (const [k, value] of Object.entries(golden)) expect(ndcg(ranked, { k: Number(k) })).toBeCloseTo(value, 12);
});

/** All orders of some values. */
function orders<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, k) => orders(values.filter((_, other) => other !== k)).map((rest) => [value, ...rest]));
}

test('every measure of a list with ties is its mean over all orders of the tied items', () => {
  const tie = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(tie, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 13 }), (ties, k) => {
      const scores = ties.flatMap((each, rank) => each.map(() => -rank));
      const ranked = rankByScore(scores, ties.flat());
      const lists = ties.reduce<number[][]>(
        (done, each) => done.flatMap((above) => orders(each).map((order) => [...above, ...order])),
        [[]],
      );
      for (const [name, measure] of Object.entries(MEASURES)) {
        const values = lists.map((list) => measure(list, k));
        const found = measure(ranked, k);
        if (values[0] === null) expect(found, name).toBeNull();
        else
          expect(found, name).toBeCloseTo(values.reduce<number>((sum, value) => sum + value!, 0) / values.length, 10);
      }
    }),
    { numRuns: 60 },
  );
});

test('without ties a list of scores has the same metrics as the plain list, bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 25 }),
      (list, k) => {
        const ranked = rankByScore(
          list.map((_, place) => -place),
          list,
        );
        for (const measure of Object.values(MEASURES)) expect(measure(ranked, k)).toBe(measure(list, k));
      },
    ),
  );
});
