import type { Clock } from '@ialp/core/retry';

/** A clock that does not wait: time passes only where a test moves it. For tests. */
export interface TestClock extends Clock {
  /** The milliseconds of what is scheduled and not yet over, in the order in which it ends. */
  readonly pending: readonly number[];
  /** Time passes, and what is due by then happens, one after the other, with all that follows from it. */
  pass(ms: number): Promise<void>;
  /** From now on everything that is scheduled for at most so many milliseconds happens at once, and time jumps to it. */
  skipUpTo(ms: number): void;
}

/** Makes one at time 0. */
export function createTestClock(): TestClock {
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  let time = 0;
  let skipped = -1;
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => time,
    schedule(callback, delayMs) {
      if (delayMs <= skipped) {
        time += delayMs;
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const timer = { due: time + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return [...timers].map(({ due }) => due - time).sort((a, b) => a - b);
    },
    async pass(ms) {
      const end = time + ms;
      for (;;) {
        await settle();
        const next = [...timers].sort((a, b) => a.due - b.due)[0];
        if (next === undefined || next.due > end) break;
        timers.delete(next);
        time = Math.max(time, next.due);
        next.callback();
      }
      time = end;
      await settle();
    },
    skipUpTo(ms) {
      skipped = ms;
    },
  };
}
