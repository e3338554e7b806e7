import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  test('never allows more than burst + rate x time in any interval, and a refused caller that waits as told is allowed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 200 }),
        (rate, burst, gapsMs) => {
          const bucket = new TokenBucket(rate, burst, 0);
          const allowedAt: number[] = [];
          let nowMs = 0;
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            const waitMs = bucket.take(nowMs);
            if (waitMs > 0) {
              nowMs += waitMs + 1e-6;
              expect(bucket.take(nowMs)).toBe(0);
            }
            allowedAt.push(nowMs);
          }
          for (const [k, startMs] of allowedAt.entries()) {
            for (let last = k; last < allowedAt.length; last++) {
              const most = burst + (rate * (allowedAt[last]! - startMs)) / 1_000;
              expect(last - k + 1).toBeLessThanOrEqual(most + 1e-6);
            }
          }
        },
      ),
    );
  });
});
