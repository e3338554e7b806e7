import type { Random } from '../random/random.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';

/** How long to wait between attempts. */
export interface BackOff {
  /** Seconds before the second attempt; doubled for each further one. */
  readonly firstWait: number;
  /** The longest wait, in seconds. */
  readonly longestWait: number;
}

/**
 * Seconds to wait before attempt `attempt + 1`, uniform in the upper half of the doubled waits ("equal jitter", M. Brooker,
 * "Exponential Backoff And Jitter", 2015): clients that failed together do not come back together, and a number of attempts
 * spans a known time at least.
 * @param attempt attempts so far, at least 1.
 */
export function backOff(attempt: number, { firstWait, longestWait }: BackOff, random: Random): number {
  return ((1 + random.uniform()) / 2) * Math.min(longestWait, firstWait * 2 ** (attempt - 1));
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
export async function wait(seconds: number, signal?: AbortSignal, clock: Clock = SYSTEM_CLOCK): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, 1000 * seconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
