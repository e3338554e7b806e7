/** Who did what with which item, as columns; row `k` is one interaction. */
export interface Interactions {
  /** Users, `0..users-1`. */
  readonly users: number;
  /** `[rows]` user indices. */
  readonly user: Int32Array;
  /** `[rows]` item indices. */
  readonly item: Int32Array;
  /** `[rows]` explicit feedback: the rating. Implicit feedback: how often, or how much; never negative. */
  readonly value: Float32Array;
  /** `[rows]` seconds since 1970, if the data set has times. */
  readonly time?: Float64Array;
}

/** Explicit feedback: what users said of items. */
export interface Ratings extends Interactions {
  /** The lowest and the highest value that the data set's scale allows, for example 1 and 5. */
  readonly scale: readonly [minimum: number, maximum: number];
}

/** Features of users as a dense table. */
export interface UserFeatures {
  /** `[width]` what each column says: `age:18-24`. */
  readonly names: readonly string[];
  /** `[users, width]` */
  readonly values: Float32Array;
}
