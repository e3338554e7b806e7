import { expect, test } from 'vitest';
import { fitLogistic } from './logistic-calibration.js';

const weighted = (weights: readonly number[]): Float64Array => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
};

test('agrees with scikit-learn, without its penalty', () => {
  // LogisticRegression(C=1e12).fit(scores, labels, sample_weight=weights): 12.7692697, -5.4698021.
  const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.2, 0.4);
  const labels = Uint8Array.of(0, 0, 1, 1, 1, 1, 0, 0);
  const { slope, intercept } = fitLogistic(scores, labels, weighted([1, 2, 1, 3, 1, 1, 2, 1]));
  expect(slope).toBeCloseTo(12.769, 1);
  expect(intercept).toBeCloseTo(-5.47, 1);
});

test('of scores that say nothing is the share of positives', () => {
  const { slope, intercept } = fitLogistic(
    Float64Array.of(2, 2, 2, 2),
    Uint8Array.of(1, 0, 0, 0),
    weighted([1, 1, 1, 1]),
  );
  expect(1 / (1 + Math.exp(-(2 * slope + intercept)))).toBeCloseTo(0.25, 6);
});

test('of scores that tell all is steep and finite', () => {
  const { slope, intercept } = fitLogistic(
    Float64Array.of(0, 1, 2, 3),
    Uint8Array.of(0, 0, 1, 1),
    weighted([1, 1, 1, 1]),
  );
  expect(slope).toBeGreaterThan(5);
  expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
});
