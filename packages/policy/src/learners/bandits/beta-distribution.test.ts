import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { sampleBeta, sampleGamma } from './beta-distribution.js';

const DRAWS = 20_000;

/** Mean and variance of many draws. */
function moments(draw: () => number): { mean: number; variance: number } {
  const values = Float64Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS };
}

/** Within five deviations of what chance does to a mean of that many draws. */
function expectMean(found: number, expected: number, variance: number): void {
  expect(Math.abs(found - expected)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
}

describe('Gamma', () => {
  test.each([1, 1.5, 4, 60, 2000])('of shape %d has that mean and that variance', (shape) => {
    const random = createRandom(6);
    const { mean, variance } = moments(() => sampleGamma(shape, random));
    expectMean(mean, shape, shape);
    // The fourth central moment is 3 k^2 + 6 k.
    expectMean(variance, shape, 2 * shape ** 2 + 6 * shape);
  });
});

describe('Beta', () => {
  test.each([
    [1, 1],
    [2, 1],
    [1, 5],
    [3.5, 1.25],
    [40, 60],
    [1, 900],
  ])('(%d, %d) has the mean a / (a + b) and the variance ab / (a + b)^2 / (a + b + 1)', (a, b) => {
    const random = createRandom(7);
    const { mean, variance } = moments(() => sampleBeta(a, b, random));
    const expected = (a * b) / (a + b) ** 2 / (a + b + 1);
    expectMean(mean, a / (a + b), expected);
    expect(variance / expected).toBeGreaterThan(0.9);
    expect(variance / expected).toBeLessThan(1.1);
  });

  test('(1, 1) is uniform: a tenth of the draws in each tenth', () => {
    const random = createRandom(3);
    const counts = new Int32Array(10);
    for (let draw = 0; draw < DRAWS; draw++) counts[Math.floor(10 * sampleBeta(1, 1, random))]++;
    const statistic = counts.reduce((sum, count) => sum + (count - DRAWS / 10) ** 2 / (DRAWS / 10), 0);
    // The 99.9th percentile of chi-square with 9 degrees of freedom is 27.9.
    expect(statistic).toBeLessThan(27.9);
  });

  test('stays within 0 and 1 for shapes far apart', () => {
    const random = createRandom(4);
    for (let draw = 0; draw < 1000; draw++) {
      expect(sampleBeta(1, 1e9, random)).toBeGreaterThanOrEqual(0);
      expect(sampleBeta(1e9, 1, random)).toBeLessThanOrEqual(1);
    }
  });

  test('the same seed gives the same draws', () => {
    const draws = [5, 5].map((seed) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => sampleBeta(2, 3, random));
    });
    expect(draws[0]).toEqual(draws[1]);
  });
});
