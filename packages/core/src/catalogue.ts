/** One item that can be recommended. */
export interface CatalogueItem {
  /** The catalogue's own id; unique. */
  readonly id: string;
  /** What a person would call it. */
  readonly title: string;
  /** The item in words, one sentence or so: what a language model reads. */
  readonly text: string;
  /** Facts by name, each a list of values: `{ genre: ['Drama'], director: ['Jane Campion'], year: ['1993'] }`. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** What there is to recommend. An item's index in `items` is its index everywhere. */
export interface Catalogue {
  readonly items: readonly CatalogueItem[];
  /**
   * `[items]`: how well known each item was before the first day, in any unit whose ratios mean something: votes,
   * sales, ratings. Not negative. Absent where the catalogue says nothing of it.
   */
  readonly prior?: Float32Array;
}
