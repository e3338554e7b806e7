import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve, calibrationOf } from './reliability.js';

// scikit-learn 1.x: roc_auc_score and brier_score_loss of these give 0.8125 and 0.1503125.
const SCORES = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.2, 0.4);
const LABELS = Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 0);

describe('areaUnderCurve', () => {
  test('agrees with scikit-learn, ties included', () => {
    expect(areaUnderCurve(SCORES, LABELS)).toBeCloseTo(0.8125, 12);
  });

  test('agrees with counting all pairs', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1 })), { maxLength: 40 });
    fc.assert(
      fc.property(rows, (made) => {
        const [positives, negatives] = [1, 0].map((label) =>
          made.filter((row) => row[1] === label).map(([score]) => score),
        );
        const won = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const scores = Float64Array.from(made, ([score]) => score);
        const labels = Uint8Array.from(made, ([, label]) => label);
        const found = areaUnderCurve(scores, labels);
        if (won.length === 0) expect(found).toBeUndefined();
        else expect(found).toBeCloseTo(won.reduce<number>((sum, value) => sum + value, 0) / won.length, 12);
      }),
    );
  });
});

describe('calibrationOf', () => {
  test('is worked out by hand', () => {
    // Eight predictions in eight bins of one: the error is the mean distance, (0.1 + 0.2 + 0.65 + 0.4 + 0.6 + 0.4 + 0.2 + 0.1) / 8.
    const { error, brier, bins } = calibrationOf(SCORES, LABELS);
    expect(error).toBeCloseTo(2.65 / 8, 12);
    expect(brier).toBeCloseTo(0.1503125, 12);
    expect(bins).toHaveLength(8);
    expect(bins[0]).toEqual({ predicted: 0.1, observed: 0, weight: 1 / 8 });
  });

  test('counts by weight', () => {
    const { error, brier } = calibrationOf(Float64Array.of(0.5, 0.5), Uint8Array.of(1, 0), Float64Array.of(3, 1));
    expect([error, brier]).toEqual([0.5, 0.25]);
  });

  test('of what comes true as often as predicted is nearly 0', () => {
    const probabilities = Float64Array.from({ length: 4000 }, (_, k) => (k % 100) / 100);
    const outcomes = Uint8Array.from({ length: 4000 }, (_, k) => (Math.floor(k / 100) / 40 < (k % 100) / 100 ? 1 : 0));
    expect(calibrationOf(probabilities, outcomes).error).toBeLessThan(0.02);
    expect(calibrationOf(probabilities, outcomes).bins).toHaveLength(10);
  });
});
