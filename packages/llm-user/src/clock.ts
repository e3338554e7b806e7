/** Time, as retries and deadlines see it. Tests put one of their own in its place. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Calls back after some milliseconds; what it gives back takes that back. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The time of day's. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
