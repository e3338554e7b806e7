import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff } from './back-off.js';
import { parseRetryAfter } from './retry-after.js';

describe('backOff', () => {
  it('is half to the whole of a wait that doubles up to a minute', () => {
    const random = createRandom(1);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (failures, first) => {
          const whole = Math.min(60, first * 2 ** (failures - 1));
          const wait = backOff(failures, first, random);
          expect(wait).toBeGreaterThanOrEqual(whole / 2);
          expect(wait).toBeLessThanOrEqual(whole);
        },
      ),
    );
  });

  it('differs from one to the next', () => {
    const random = createRandom(1);
    expect(backOff(1, 1, random)).not.toBe(backOff(1, 1, random));
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('Tue, 01 Sep 2020 00:00:00 GMT');

  it.each([
    [null, undefined],
    ['120', 120],
    ['0', 0],
    ['Tue, 01 Sep 2020 00:01:30 GMT', 90],
    ['Mon, 31 Aug 2020 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads %s as %s', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});
