import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRunningMean } from '../streaming/running-mean.js';
import { aggregateCurves, confidenceInterval, pairedDifference } from './aggregate.js';

describe('confidenceInterval', () => {
  test('worked out by hand: 2, 4, 9 has mean 5, s = sqrt(13), half width 4.302653 s / sqrt(3)', () => {
    const { mean, lower, upper, standardDeviation, count } = confidenceInterval([2, 4, 9]);
    expect([mean, count]).toEqual([5, 3]);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(13), 12);
    expect(upper! - mean).toBeCloseTo((4.30265273 * Math.sqrt(13)) / Math.sqrt(3), 6);
    expect(mean - lower!).toBeCloseTo(upper! - mean, 12);
  });

  test('of one value has no width to state', () => {
    expect(confidenceInterval([7])).toMatchObject({ mean: 7, lower: null, upper: null, standardDeviation: null });
  });

  test.each([[[5, 5, 5]], [[0, 0]], [[0.1 + 0.2, 0.3]]])(
    'of %j, which show no spread, has no width to state',
    (values) => {
      const none = { lower: null, upper: null, standardDeviation: 0, count: values.length };
      expect(confidenceInterval(values)).toMatchObject(none);
      expect(pairedDifference(values, values)).toMatchObject({ mean: 0, ...none });
      const running = createRunningMean();
      for (const value of values) running.add(value);
      expect(running.interval()).toMatchObject(none);
      const curves = values.map((value) => ({ interactions: [10], reward: [value] }));
      expect(aggregateCurves(curves)).toMatchObject({ lower: [null], upper: [null] });
    },
  );

  test('contains the true mean as often as it says', () => {
    // Irwin-Hall: the sum of twelve uniform numbers minus 6 is nearly standard normal.
    let state = 12345;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const normal = (): number => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
    const trials = 4000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { lower, upper } = confidenceInterval([normal(), normal(), normal(), normal()], { confidence: 0.9 });
      if (lower! <= 0 && upper! >= 0) covered++;
    }
    expect(Math.abs(covered / trials - 0.9)).toBeLessThan(0.015);
  });

  test('moves and stretches with its values, and widens with the confidence', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, fc.double({ min: -10, max: 10, noNaN: true }), (list, shift) => {
        // Values that differ by no more than rounding have no interval.
        fc.pre(Math.max(...list) - Math.min(...list) > 1e-4);
        const plain = confidenceInterval(list);
        const moved = confidenceInterval(list.map((value) => 3 * value + shift));
        expect(moved.lower).toBeCloseTo(3 * plain.lower! + shift, 6);
        expect(moved.upper).toBeCloseTo(3 * plain.upper! + shift, 6);
        const sure = confidenceInterval(list, { confidence: 0.99 });
        expect(sure.upper! - sure.lower!).toBeGreaterThanOrEqual(plain.upper! - plain.lower!);
      }),
    );
  });

  test.each([
    [() => confidenceInterval([]), /values: expected at least one number/],
    [() => confidenceInterval([1, Number.NaN]), /values\[1\]: expected a finite number; found NaN/],
    [() => confidenceInterval([1, 2], { confidence: 1 }), /confidence/],
  ])('refuses %s', (call, message) => {
    expect(call).toThrow(message);
  });
});

describe('pairedDifference', () => {
  test('sees a small difference through large differences between seeds', () => {
    const [a, b] = [
      [10.1, 20.2, 30.1, 40.2],
      [10, 20, 30, 40],
    ];
    const { mean, lower } = pairedDifference(a, b);
    expect(mean).toBeCloseTo(0.15, 10);
    expect(lower).toBeGreaterThan(0);
    expect(confidenceInterval(a).lower).toBeLessThan(confidenceInterval(b).upper!);
  });

  test('requires the same seeds', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow(/b: expected 2 values, one per seed of a; found 1 value\./);
  });
});

describe('aggregateCurves', () => {
  test('point by point, leaving out what a seed lacks', () => {
    const interactions = [10, 20, 30];
    const curve = aggregateCurves([
      { interactions, reward: [1, 2, null] },
      { interactions, reward: [3, null, null] },
    ]);
    expect(curve.mean).toEqual([2, 2, null]);
    expect(curve.lower.map((value) => value === null)).toEqual([false, true, true]);
    expect(curve.upper[0]).toBeCloseTo(2 + 12.7062047 * (Math.SQRT2 / Math.SQRT2), 5);
  });

  test('wants the same points of all', () => {
    const curves = [
      { interactions: [10], reward: [1] },
      { interactions: [20], reward: [1] },
    ];
    expect(() => aggregateCurves(curves)).toThrow(/curves\[1\].interactions/);
    expect(() => aggregateCurves([])).toThrow(/at least one curve/);
  });
});
