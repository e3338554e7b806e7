import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dcg, ndcg } from './gain.js';
import peers from './peers.json' with { type: 'json' };
import type { JudgedList } from './relevance.js';
import { rankByScore, rocAuc } from './scores.js';
import { averagePrecision, hitRate, precision, recall, reciprocalRank } from './set-metrics.js';

const MEASURES: readonly ((list: JudgedList, k: number) => number | null)[] = [
  (list, k) => hitRate(list, { k }),
  (list, k) => precision(list, { k }),
  (list, k) => recall(list, { k }),
  (list, k) => averagePrecision(list, { k }),
  (list, k) => reciprocalRank(list, { k }),
  (list, k) => ndcg(list, { k }),
  (list, k) => ndcg(list, { k, gain: 'exponential' }),
];
const list = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 });
const cut = fc.integer({ min: 1, max: 40 });

describe('worked by hand', () => {
  // Relevances 3, 2, 3, 0, 1, 2 in the list, 3 and 2 more outside: the usual example of DCG.
  const judged = [3, 2, 3, 0, 1, 2];

  test('DCG and its normal form', () => {
    const sum = 3 + 2 / Math.log2(3) + 3 / 2 + 0 + 1 / Math.log2(6) + 2 / Math.log2(7);
    expect(dcg(judged)).toBeCloseTo(sum, 12);
    expect(dcg(judged)).toBeCloseTo(6.861, 3);
    expect(ndcg(judged)).toBeCloseTo(0.961, 3);
    expect(ndcg(judged, { ideal: [...judged, 3, 2], k: 6 })).toBeCloseTo(0.785, 3);
    expect(dcg([2, 1], { gain: 'exponential' })).toBeCloseTo(3 + 1 / Math.log2(3), 12);
  });

  test('average precision, precision, recall, hit rate, reciprocal rank', () => {
    const binary = [1, 0, 1, 0, 0, 1, 0, 0, 1, 1];
    expect(averagePrecision(binary)).toBeCloseTo((1 + 2 / 3 + 3 / 6 + 4 / 9 + 5 / 10) / 5, 12);
    expect(averagePrecision(binary, { relevant: 8 })).toBeCloseTo((1 + 2 / 3 + 3 / 6 + 4 / 9 + 5 / 10) / 8, 12);
    expect([precision(binary, { k: 3 }), precision([1], { k: 4 })]).toEqual([2 / 3, 1 / 4]);
    expect([recall(binary, { k: 3 }), recall(binary, { k: 3, relevant: 10 })]).toEqual([2 / 5, 2 / 10]);
    expect([hitRate([0, 0, 1], { k: 2 }), hitRate([0, 0, 1])]).toEqual([0, 1]);
    expect([reciprocalRank([0, 0, 1]), reciprocalRank([0, 0, 1], { k: 2 })]).toEqual([1 / 3, 0]);
  });

  test('AUC with ties', () => {
    // Pairs: (0.9, 0.5) right, (0.9, 0.5) right, (0.5, 0.5) tie, (0.5, 0.5) tie.
    expect(rocAuc([0.9, 0.5, 0.5, 0.5], [1, 0, 1, 0])).toBe(0.75);
  });
});

describe('what has no value', () => {
  test('an empty list scores 0', () => {
    expect([hitRate([]), precision([]), precision([], { k: 5 }), reciprocalRank([]), dcg([])]).toEqual([0, 0, 0, 0, 0]);
    expect(recall([], { relevant: 3 })).toBe(0);
    expect(averagePrecision([], { relevant: 3 })).toBe(0);
    expect(ndcg([], { ideal: [1] })).toBe(0);
  });

  test('without relevant items there is no value', () => {
    expect([recall([0, 0]), averagePrecision([0, 0]), ndcg([0, 0]), recall([]), ndcg([])]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect([rocAuc([1, 2], [0, 0]), rocAuc([1, 2], [1, 2]), rocAuc([], [])]).toEqual([null, null, null]);
  });
});

describe('invalid arguments are errors', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a cut of none', () => precision([1], { k: 0 }), /k: expected an integer of at least 1; found 0/],
    [
      'a relevance below 0',
      () => hitRate([0, -1]),
      /list\[1\]: expected a relevance: a finite number of at least 0; found -1/,
    ],
    ['a relevance that is no number', () => dcg([Number.NaN]), /list\[0\]/],
    [
      'a relevance without bound',
      () => ndcg([Number.POSITIVE_INFINITY, 1]),
      /list\[0\]: expected a relevance: a finite/,
    ],
    ['a relevance as text', () => precision(['1'] as never), /list\[0\]: .* found "1"/],
    [
      'gains beyond all numbers',
      () => ndcg([1500, 1], { gain: 'exponential' }),
      /list: expected relevances whose gains/,
    ],
    ['fewer relevant than stand beyond the cut', () => recall([1, 1], { k: 1, relevant: 1 }), /relevant: .*at least 2/],
    [
      'ties that end before they begin',
      () => precision({ relevance: Float64Array.of(1), tieEnds: Int32Array.of(0) }),
      /list\.tieEnds\[0\]/,
    ],
    [
      'ties of another list',
      () => dcg({ relevance: Float64Array.of(1), tieEnds: Int32Array.of(1, 2) }),
      /list\.tieEnds/,
    ],
    [
      'fewer relevant than the list holds',
      () => recall([1, 1], { relevant: 1 }),
      /relevant: expected an integer of at least 2/,
    ],
    [
      'an ideal without the list',
      () => ndcg([3, 1], { ideal: [1] }),
      /ideal: expected at least \d.*, the DCG of the list/,
    ],
    ['an ideal of nothing', () => ndcg([3], { ideal: [0] }), /ideal/],
    ['a score that is not a number', () => rankByScore([Number.NaN], [1]), /scores\[0\]/],
    ['a relevance for another item', () => rocAuc([1], [1, 0]), /relevance: expected 1 value, one for each score/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(InvalidOptionError);
  });
});

describe('properties', () => {
  test('every measure is from 0 to 1, and NDCG is 1 for the ideal order', () => {
    fc.assert(
      fc.property(list, cut, (judged, k) => {
        const values = [
          hitRate(judged, { k }),
          precision(judged, { k }),
          recall(judged, { k }),
          reciprocalRank(judged, { k }),
        ];
        values.push(averagePrecision(judged, { k }), ndcg(judged, { k }), ndcg(judged, { k, gain: 'exponential' }));
        for (const value of values) expect(value === null || (value >= 0 && value <= 1)).toBe(true);
        const ideal = [...judged].sort((a, b) => b - a);
        if (ideal[0] > 0)
          for (const gain of ['linear', 'exponential'] as const) expect(ndcg(ideal, { k, gain })).toBe(1);
      }),
    );
  });

  test('items beyond the cut-off change only the totals', () => {
    fc.assert(
      fc.property(list, cut, fc.array(fc.integer({ min: 0, max: 4 })), (judged, k, more) => {
        fc.pre(judged.length >= k);
        const longer = [...judged, ...more];
        for (const measure of [hitRate, precision, reciprocalRank, dcg]) {
          expect(measure(longer, { k })).toBe(measure(judged, { k }));
        }
        expect(recall(longer, { k, relevant: 200 })).toBe(recall(judged, { k, relevant: 200 }));
      }),
    );
  });

  test('invariant to the order of tied items and to increasing functions of the scores', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, (pairs) => {
        const of = (some: typeof pairs, change: (score: number) => number = (score) => score) =>
          [some.map(([score]) => change(score)), some.map(([, relevance]) => relevance)] as const;
        const turned = [...pairs].reverse();
        for (const measure of MEASURES) {
          expect(measure(rankByScore(...of(turned)), 3) ?? -1).toBeCloseTo(
            measure(rankByScore(...of(pairs)), 3) ?? -1,
            12,
          );
        }
        expect(rocAuc(...of(turned))).toBe(rocAuc(...of(pairs)));
        expect(rocAuc(...of(pairs, Math.exp))).toBe(rocAuc(...of(pairs)));
      }),
    );
  });
});

describe('agrees with scikit-learn and ranx', () => {
  test.each(peers.cases.map((each, k) => [k, each] as const))('case %i', (_, { k, scores, relevance, found }) => {
    const close = (value: number | null, expected: number | null | undefined): void => {
      if (expected === undefined) return;
      if (expected === null) expect(value).toBeNull();
      else expect(Math.abs(value! - expected)).toBeLessThanOrEqual(1e-9);
    };
    const ranked = rankByScore(scores, relevance);
    close(ndcg(ranked, { k, ideal: relevance }), found.sklearn_ndcg);
    close(rocAuc(scores, relevance), found.sklearn_auc);
    close(hitRate(ranked, { k }), found.hit_rate);
    close(precision(ranked, { k }), found.precision);
    close(recall(ranked, { k }), found.recall);
    close(averagePrecision(ranked, { k }), found.map);
    close(reciprocalRank(ranked, { k }), found.mrr);
    close(ndcg(ranked, { k }), found.ndcg);
    close(ndcg(ranked, { k, gain: 'exponential' }), found.ndcg_burges);
  });
});
