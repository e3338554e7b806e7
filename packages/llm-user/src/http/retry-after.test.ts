import { expect, test } from 'vitest';
import { retryAfterSeconds } from './retry-after.js';

const NOW = Date.parse('2024-05-31T08:00:00Z');

test.each<[string | null, number | undefined]>([
  ['0', 0],
  [' 120 ', 120],
  ['Fri, 31 May 2024 08:00:30 GMT', 30],
  ['Fri, 31 May 2024 07:00:00 GMT', 0],
  [null, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['2024', 2024],
])('%j is %s', (header, seconds) => {
  expect(retryAfterSeconds(header, NOW)).toBe(seconds);
});
