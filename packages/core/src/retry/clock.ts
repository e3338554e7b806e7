/** Time as retries and deadlines see it. A test can pass its own. */
export interface Clock {
  /** Milliseconds since some moment; never decreases. */
  now(): number;
  /** Calls back after some milliseconds. Returns a function that cancels the call. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The clock of the process. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
