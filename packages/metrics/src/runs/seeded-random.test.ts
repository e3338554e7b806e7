import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.js';

test('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
});

test('numbers are uniform from 0 to below 1, and one does not tell the next', () => {
  const random = seededRandom(0);
  const values = Array.from({ length: 100_000 }, () => random.uniform());
  const counts = new Float64Array(100);
  let products = 0;
  values.forEach((value, k) => {
    counts[Math.floor(10 * value) * 10 + Math.floor(10 * (values[k + 1] ?? 0))]++;
    products += (value - 0.5) * ((values[k + 1] ?? 0.5) - 0.5);
  });
  // Chi-squared with 99 degrees of freedom: 149.4 is passed once in a thousand.
  const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  expect(chiSquared).toBeLessThan(149.4);
  expect(Math.abs(products / 100_000)).toBeLessThan(0.002);
  expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses seed %d', (seed) => {
  expect(() => seededRandom(seed)).toThrow(/seed: expected an integer/);
});
