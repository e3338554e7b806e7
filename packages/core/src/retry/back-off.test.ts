import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/random.js';
import { backOff, wait } from './back-off.js';

describe('backOff', () => {
  test('doubles, is drawn at random, and has an end', () => {
    const seed = fc.integer();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), seed, (attempt, from) => {
        const delayMs = backOff(attempt, { initialDelayMs: 500, maxDelayMs: 60_000 }, createRandom(from));
        expect(delayMs).toBeGreaterThanOrEqual(Math.min(60_000, 500 * 2 ** (attempt - 1)) / 2);
        expect(delayMs).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** (attempt - 1)));
      }),
    );
    const random = createRandom(1);
    const third = Array.from({ length: 4000 }, () => backOff(3, { initialDelayMs: 500, maxDelayMs: 60_000 }, random));
    expect(third.reduce((sum, value) => sum + value, 0) / 4000 / 1000).toBeCloseTo(1.5, 1);
  });
});

describe('wait', () => {
  test('ends at once when it is aborted, also before it began', async () => {
    const controller = new AbortController();
    const waiting = wait(1_000_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(wait(1_000_000, controller.signal)).rejects.toThrow('enough');
  });

  test('ends', async () => {
    await expect(wait(1)).resolves.toBeUndefined();
  });
});
