import type { Random } from '@ialp/env';
import { type Clock, SYSTEM_CLOCK } from './clock.js';

/** How long to wait between tries. */
export interface BackOff {
  /** Seconds before the second try; doubled for each further one. */
  readonly firstWait: number;
  /** The longest wait, in seconds. */
  readonly longestWait: number;
}

/**
 * Seconds to wait before try `attempt + 1`, drawn evenly from the upper half of the doubled waits ("equal jitter"): many who failed
 * together do not come back together, and so many tries span so much time at least.
 * @param attempt tries so far, at least 1.
 */
export function backOff(attempt: number, { firstWait, longestWait }: BackOff, random: Random): number {
  return ((1 + random.uniform()) / 2) * Math.min(longestWait, firstWait * 2 ** (attempt - 1));
}

/**
 * Waits, or throws the signal's reason as soon as it is aborted.
 */
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
