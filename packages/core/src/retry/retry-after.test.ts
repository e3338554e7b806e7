import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2024-05-31T08:00:00Z');
const CENTURY = 1000 * 100 * 365.25 * 24 * 3600;

test.each<[string | null, number | undefined]>([
  ['0', 0],
  [' 120 ', 120_000],
  ['1.5', 1500],
  ['99999999999999', CENTURY],
  ['9'.repeat(400), CENTURY],
  ['Fri, 31 May 2024 08:00:30 GMT', 30_000],
  ['Fri, 31 May 2024 07:00:00 GMT', 0],
  ['Fri, 31 May 9999 07:00:00 GMT', CENTURY],
  [null, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['soon', undefined],
  ['2024', 2_024_000],
])('%j is %s ms', (header, delayMs) => {
  expect(retryAfterMs(header, NOW)).toBe(delayMs);
});
