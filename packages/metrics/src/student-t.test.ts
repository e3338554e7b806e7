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
  [0.975, 1e6, 1.959966],
])('quantile %d of %d degrees of freedom', (probability, degreesOfFreedom, expected) => {
  expect(studentTQuantile(probability, degreesOfFreedom)).toBeCloseTo(expected, degreesOfFreedom > 1000 ? 5 : 8);
});

test('is symmetric, grows with the probability and shrinks with the degrees of freedom', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.51, max: 0.999 }), fc.integer({ min: 1, max: 200 }), (probability, degrees) => {
      const value = studentTQuantile(probability, degrees);
      expect(studentTQuantile(1 - probability, degrees)).toBeCloseTo(-value, 6);
      expect(studentTQuantile(probability + 0.0005, degrees)).toBeGreaterThan(value);
      expect(studentTQuantile(probability, degrees + 1)).toBeLessThan(value);
    }),
  );
  expect(studentTQuantile(0.5, 3)).toBe(0);
});

test.each([
  [0, 3],
  [1, 3],
  [Number.NaN, 3],
  [0.9, 0],
])('(%d, %d) is refused', (probability, degreesOfFreedom) => {
  expect(() => studentTQuantile(probability, degreesOfFreedom)).toThrow(/expected a number/);
});
