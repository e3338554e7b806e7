/**
 * The ids that were added last: at least `count` of them, and at most twice as many. Two sets of which the older one is dropped as a whole: a set from
 * which the oldest id is removed each time takes longer the more of them it has had.
 */
export class LastIds {
  readonly #count: number;
  #older: ReadonlySet<string> = new Set();
  #newer = new Set<string>();

  constructor(count: number) {
    this.#count = count;
  }

  get size(): number {
    return this.#older.size + this.#newer.size;
  }

  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }

  /** Adds an id that is not among them. */
  add(id: string): void {
    this.#newer.add(id);
    if (this.#newer.size < this.#count) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  /** All ids, the oldest first. */
  *[Symbol.iterator](): Generator<string> {
    yield* this.#older;
    yield* this.#newer;
  }
}
