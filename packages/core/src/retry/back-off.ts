import type { Random } from '../random/random.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';

/** Delays between attempts. */
export interface BackOff {
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly initialDelayMs: number;
  /** Upper limit of a delay, in milliseconds. */
  readonly maxDelayMs: number;
}

/**
 * Milliseconds to wait before attempt `attempt + 1`: exponential back-off with equal jitter (M. Brooker, "Exponential Backoff And
 * Jitter", 2015). The delay is uniform between half of the doubled delay and all of it, so that clients that failed together do not
 * return together, and a number of attempts spans a known minimum time.
 * @param attempt attempts so far, at least 1.
 */
export function backOff(attempt: number, { initialDelayMs, maxDelayMs }: BackOff, random: Random): number {
  return ((1 + random.uniform()) / 2) * Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1));
}

/** Waits for `delayMs` milliseconds. Throws the signal's reason as soon as it is aborted. */
export async function wait(delayMs: number, signal?: AbortSignal, clock: Clock = SYSTEM_CLOCK): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.schedule(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
