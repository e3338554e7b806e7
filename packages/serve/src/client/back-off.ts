/**
 * Milliseconds to wait after a failure: exponential back-off with equal jitter (M. Brooker, "Exponential Backoff And Jitter", 2015), so that
 * clients that failed together do not return together.
 * @param failures failures in a row, at least 1.
 * @param random a number from 0 to 1.
 */
export function backOff(failures: number, initialMs: number, maxMs: number, random: () => number): number {
  return ((1 + random()) / 2) * Math.min(maxMs, initialMs * 2 ** (failures - 1));
}
