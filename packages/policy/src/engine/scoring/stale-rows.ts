/** Of so many rows on, all are computed again in one run, in order. */
const FEW = 1 / 8;

/** Rows of a table since whose change the numbers derived from them have not been computed again. */
export class StaleRows {
  readonly #rows: number;
  readonly #changed = new Set<number>();
  #all = true;

  /** @param rows of the table. */
  constructor(rows: number) {
    this.#rows = rows;
  }

  get isEmpty(): boolean {
    return !this.#all && this.#changed.size === 0;
  }

  /** Adds some rows; default all. */
  add(rows?: Int32Array): void {
    if (this.#all) return;
    if (rows !== undefined && this.#changed.size + rows.length <= FEW * this.#rows) {
      for (const row of rows) this.#changed.add(row);
      return;
    }
    this.#all = true;
    this.#changed.clear();
  }

  /** Removes all. @returns the rows, or undefined for all of the table. */
  take(): Int32Array | undefined {
    const rows = this.#all ? undefined : Int32Array.from(this.#changed).sort();
    this.#all = false;
    this.#changed.clear();
    return rows;
  }
}
