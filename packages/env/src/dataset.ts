import type { Catalogue } from './catalogue.js';

/** Ratings as columns; row `k` is one rating. */
export interface Ratings {
  /** People, `0..users-1`. */
  readonly users: number;
  /** `[ratings]` user indices. */
  readonly user: Int32Array;
  /** `[ratings]` item indices. */
  readonly item: Int32Array;
  /** `[ratings]` in the data set's own unit, for example 1 to 5. */
  readonly value: Float32Array;
  /** The lowest and the highest value that the data set's scale allows. */
  readonly scale: readonly [minimum: number, maximum: number];
  /** `[ratings]` seconds since 1970, where the data set has them. */
  readonly time?: Float64Array;
}

/** A published data set as read from its own files. */
export interface Dataset {
  /** Name for reports, for example `movielens-100k`. */
  readonly name: string;
  readonly catalogue: Catalogue;
  readonly ratings: Ratings;
  /** Ratings that were collected in another way (Coat's random coats), kept for evaluation. */
  readonly test?: Ratings;
}
