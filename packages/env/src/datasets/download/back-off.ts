import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@ialp/core';

const LONGEST_WAIT = 60;

/**
 * How long to wait before another try, in seconds: twice as long each time, up to a minute, of which a random half to
 * the whole, so that many clients that failed together do not come back together ("equal jitter", M. Brooker,
 * "Exponential Backoff And Jitter", 2015).
 * @param failures How many tries failed so far, from 1.
 */
export function backOff(failures: number, firstWait: number, random: Random): number {
  const whole = Math.min(LONGEST_WAIT, firstWait * 2 ** (failures - 1));
  return whole * (0.5 + 0.5 * random.uniform());
}

/** Waits, in seconds, unless a signal is aborted; then it throws the signal's reason. */
export async function wait(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(1000 * seconds, undefined, { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
}
