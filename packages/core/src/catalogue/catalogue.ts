/** One item that can be recommended. */
export interface CatalogueItem {
  /** The catalogue's own id; unique. */
  readonly id: string;
  /** Display name. */
  readonly title: string;
  /** A short description, about one sentence, as input of a language model. */
  readonly text: string;
  /**
   * Attributes by name, each with a list of values: `{ genre: ['Drama'], director: ['Jane Campion'], year: ['1993'] }`.
   */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** The items that can be recommended. An item's index in `items` identifies it everywhere. */
export interface Catalogue {
  readonly items: readonly CatalogueItem[];
  /**
   * `[items]`: popularity of each item before deployment, on any ratio scale: votes, sales, ratings. Not negative.
   * Absent if unknown.
   */
  readonly prior?: Float32Array;
}
