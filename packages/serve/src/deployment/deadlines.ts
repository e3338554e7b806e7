import TinyQueue from 'tinyqueue';

interface Entry<T> {
  readonly value: T;
  readonly at: number;
  readonly rank: number;
}

/** Fewer entries are not worth a search for those that are no longer waited for. */
const LEAST_SWEPT = 1_000;

function isEarlier<T>(a: Entry<T>, b: Entry<T>): number {
  return a.at - b.at || a.rank - b.rank;
}

/**
 * Values in the order of the times at which they are due, whatever the order in which they were added: clocks differ, and jump, and a value whose time
 * is far in the future must not hold up those behind it.
 */
export class Deadlines<T> {
  readonly #isAwaited: (value: T) => boolean;
  #entries = new TinyQueue<Entry<T>>([], isEarlier);
  #arrivals = 0;
  /** Number of entries at which those that are no longer awaited are removed. */
  #sweepAt = LEAST_SWEPT;

  /** @param isAwaited whether a value still matters. Others are removed before they are due, once they may be half of all. */
  constructor(isAwaited: (value: T) => boolean) {
    this.#isAwaited = isAwaited;
  }

  /** Values, and some that are no longer awaited. */
  get size(): number {
    return this.#entries.length;
  }

  /** @param rank of values with the same time, the one with the lowest rank comes first. Default: the first that was added. */
  add(value: T, at: number, rank = this.#arrivals++): void {
    this.#entries.push({ value, at, rank });
    if (this.#entries.length >= this.#sweepAt) this.#sweep();
  }

  /** The first value, if it is due; it stays until `shift`. */
  due(now: number): T | undefined {
    const first = this.#entries.peek();
    return first !== undefined && first.at <= now ? first.value : undefined;
  }

  /** When the first value is due. */
  get firstAt(): number {
    return this.#entries.peek()?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Removes the first value. */
  shift(): void {
    this.#entries.pop();
  }

  #sweep(): void {
    const awaited = this.#entries.data.filter(({ value }) => this.#isAwaited(value));
    this.#entries = new TinyQueue(awaited, isEarlier);
    this.#sweepAt = Math.max(LEAST_SWEPT, 2 * awaited.length);
  }
}
