/** Interactions of users with items, as columns; row `k` is one interaction. */
export interface Interactions {
  /** Number of users; indices are `0..users-1`. */
  readonly users: number;
  /** `[rows]` user indices. */
  readonly user: Int32Array;
  /** `[rows]` item indices. */
  readonly item: Int32Array;
  /**
   * `[rows]` the rating for explicit feedback; frequency or amount for implicit feedback. Never negative for implicit
   * feedback.
   */
  readonly value: Float32Array;
  /** `[rows]` seconds since 1970, if the data set has times. */
  readonly time?: Float64Array;
}

/** Explicit feedback: ratings by users. */
export interface Ratings extends Interactions {
  /** Lowest and highest possible rating, for example 1 and 5. */
  readonly scale: readonly [minimum: number, maximum: number];
}

/** User features as a dense table. */
export interface UserFeatures {
  /** `[width]` name of each feature, for example `age:18-24`. */
  readonly names: readonly string[];
  /** `[users, width]` */
  readonly values: Float32Array;
}
