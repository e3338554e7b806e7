import TinyQueue from 'tinyqueue';

interface Entry<T> {
  readonly value: T;
  readonly at: number;
  readonly rank: number;
}

/**
 * Values in the order of the times at which they are due, whatever the order in which they were added: clocks differ, and jump, and a value whose time
 * is far in the future must not hold up those behind it.
 */
export class Deadlines<T> {
  readonly #entries = new TinyQueue<Entry<T>>([], (a, b) => a.at - b.at || a.rank - b.rank);
  #arrivals = 0;

  /** @param rank of values with the same time, the one with the lowest rank comes first. Default: the first that was added. */
  add(value: T, at: number, rank = this.#arrivals++): void {
    this.#entries.push({ value, at, rank });
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
}
