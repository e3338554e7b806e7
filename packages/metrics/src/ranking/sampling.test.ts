import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { sampledMetricWarnings } from './sampling.js';

test('no warning if all items are ranked', () => {
  expect(sampledMetricWarnings({ ranked: 50, items: 50, k: 10 })).toEqual([]);
});

test.each([
  [
    101,
    10_001,
    10,
    /Only 101 of 10,001 items.*the first 10 of the sample correspond to about the first 901 .*about the 101st/,
  ],
  [2, 3, 1, /the first 1 of the sample correspond to about the first 1 .*about the 3rd/],
  [5, 100, 10, /Only 5 items are ranked and k is 10/],
])('%d of %d items at %d', (ranked, items, k, message) => {
  expect(sampledMetricWarnings({ ranked, items, k }).join(' ')).toMatch(message);
});

test('an item at a place of a sample is, in the mean, where the warning says', () => {
  // Every item of 0, 1, ..., 999 may be the sampled ones beside the best; exact by counting.
  const [items, ranked, k] = [1000, 11, 3];
  const [text] = sampledMetricWarnings({ ranked, items, k });
  // The mean of the second smallest of ten drawn from the 999 others is 2 * 1000 / 11, counted from 1 after the best.
  const expected = 1 + (2 * 1000) / 11;
  expect(Math.abs(Number(/about the first (\d+)/.exec(text)?.[1]) - expected)).toBeLessThan(0.1 * expected);
});

describe('refuses', () => {
  test.each([
    [{ ranked: 0, items: 10, k: 1 }, /ranked/],
    [{ ranked: 11, items: 10, k: 1 }, /at most 10/],
    [{ ranked: 5, items: 10, k: 1.5 }, /k: expected/],
  ])('%j', (given, message) => {
    expect(() => sampledMetricWarnings(given)).toThrow(InvalidOptionError);
    expect(() => sampledMetricWarnings(given)).toThrow(message);
  });
});
