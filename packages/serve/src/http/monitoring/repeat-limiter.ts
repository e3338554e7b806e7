/** Writes a line of a log. `repeats`: so many equal ones came since the last that was written, and were not; 0 for the first. */
export type WriteLine = (repeats: number) => void;

/** Takes a line of a log, and writes it unless an equal one was written a short time ago. Lines with the same key are equal. */
export type RepeatLimiter = (key: string, write: WriteLine) => void;

/** Time between two lines with the same key. */
const INTERVAL_MS = 60_000;
/** Keys at the same time. Beyond them all lines share one: memory stays bounded, whatever messages contain. */
const MAX_KEYS = 1_000;
const OTHER = 'other';

interface Repeated {
  count: number;
  /** Writes the newest of the equal lines. */
  write: WriteLine;
}

/**
 * Limits how often a log says the same: the first line is written at once, and then, each minute, the newest with the number of those since. A disk
 * that is full makes every request fail; its log should not fill the next one. Once a minute has passed without such a line, the next is a first one.
 */
export function createRepeatLimiter(): RepeatLimiter {
  const byKey = new Map<string, Repeated>();
  return (wanted, write) => {
    const key = byKey.has(wanted) || byKey.size < MAX_KEYS ? wanted : OTHER;
    const repeated = byKey.get(key);
    if (repeated !== undefined) {
      repeated.count++;
      repeated.write = write;
      return;
    }
    const first: Repeated = { count: 0, write };
    byKey.set(key, first);
    const timer = setInterval(() => {
      if (first.count > 0) {
        first.write(first.count);
        first.count = 0;
        return;
      }
      clearInterval(timer);
      byKey.delete(key);
    }, INTERVAL_MS).unref();
    write(0);
  };
}
