import { expect, test } from 'vitest';
import { retryAfterSeconds } from './retry-after.js';

const NOW = Date.parse('2024-05-31T08:00:00Z');
const CENTURY = 100 * 365.25 * 24 * 3600;

test.each<[string | null, number | undefined]>([
  ['0', 0],
  [' 120 ', 120],
  ['1.5', 1.5],
  ['99999999999999', CENTURY],
  ['9'.repeat(400), CENTURY],
  ['Fri, 31 May 2024 08:00:30 GMT', 30],
  ['Fri, 31 May 2024 07:00:00 GMT', 0],
  ['Fri, 31 May 9999 07:00:00 GMT', CENTURY],
  [null, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['soon', undefined],
  ['2024', 2024],
])('%j is %s', (header, seconds) => {
  expect(retryAfterSeconds(header, NOW)).toBe(seconds);
});
