import fc from 'fast-check';
import { expect, test } from 'vitest';
import { studentTQuantile } from './student-t.js';

// Two-sided 95 % and 99 % points from the table in every statistics book; 1 and 2 degrees also in closed form.
test.each([
  [0.975, 1, Math.tan(Math.PI * 0.475)],
  [0.975, 2, (2 * 0.975 - 1) * Math.sqrt(2 / (4 * 0.975 * 0.025))],
  [0.975, 3, 3.182446305],
  [0.975, 4, 2.776445105],
  [0.975, 9, 2.262157163],
  [0.975, 29, 2.045229642],
  [0.995, 4, 4.604094871],
  [0.95, 10, 1.812461123],
])('quantile %d of %d degrees of freedom', (probability, degreesOfFreedom, expected) => {
  expect(studentTQuantile(probability, degreesOfFreedom)).toBeCloseTo(expected, 8);
});

// `scipy.stats.t.ppf` of SciPy 1.17.1: fractions of a degree, far tails, and both sides of the change to the series.
test.each([
  [0.75, 0.5, 1.5537739740300383],
  [0.001, 1, -318.30883898555044],
  [0.975, 2.5, 3.5746548420036817],
  [1e-12, 3, -10331.108244292487],
  [0.9995, 3, 12.923978636687961],
  [0.6, 8, 0.26192109674883235],
  [0.999999, 20, 6.596530148345206],
  [0.975, 399, 1.965927295920882],
  [0.975, 402, 1.965882661682192],
  [0.025, 10000, -1.9602012398906263],
  [0.975, 1000000, 1.959966356814107],
  [0.995, 100000000, 2.5758293527143774],
])('quantile %d of %d degrees of freedom is that of SciPy', (probability, degreesOfFreedom, expected) => {
  expect(studentTQuantile(probability, degreesOfFreedom) / expected).toBeCloseTo(1, 8);
});

test('is symmetric, grows with the probability and shrinks with the degrees of freedom', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.51, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 200 }),
      (probability, degrees) => {
        const value = studentTQuantile(probability, degrees);
        expect(studentTQuantile(1 - probability, degrees)).toBeCloseTo(-value, 6);
        expect(studentTQuantile(probability + 0.0005, degrees)).toBeGreaterThan(value);
        expect(studentTQuantile(probability, degrees + 1)).toBeLessThan(value);
      },
    ),
  );
  expect(studentTQuantile(0.5, 3)).toBe(0);
});

test.each([
  [0, 3],
  [1, 3],
  [Number.NaN, 3],
  [0.9, 0],
  [0.9, Number.POSITIVE_INFINITY],
])('(%d, %d) is refused', (probability, degreesOfFreedom) => {
  expect(() => studentTQuantile(probability, degreesOfFreedom)).toThrow(/expected a number/);
});
