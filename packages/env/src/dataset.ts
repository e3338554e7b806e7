import type { Catalogue } from '@ialp/core';

/** Who did what with which item, as columns; row `k` is one interaction. */
export interface Interactions {
  /** People, `0..users-1`. */
  readonly users: number;
  /** `[rows]` user indices. */
  readonly user: Int32Array;
  /** `[rows]` item indices. */
  readonly item: Int32Array;
  /** `[rows]` explicit feedback: the rating. Implicit feedback: how often, or how much; never negative. */
  readonly value: Float32Array;
  /** `[rows]` seconds since 1970, where the data set has them. */
  readonly time?: Float64Array;
}

/** Explicit feedback: what people said of items. */
export interface Ratings extends Interactions {
  /** The lowest and the highest value that the data set's scale allows, for example 1 and 5. */
  readonly scale: readonly [minimum: number, maximum: number];
}

/**
 * What is known of the order of interactions: `time` where there are times, `rows` where each user's rows stand in the
 * order in which they happened, `none` where nothing is known.
 */
export type InteractionOrder = 'time' | 'rows' | 'none';

/** Rows to learn from and rows to evaluate on, as indices into the interactions, ascending. No row is in two of them. */
export interface Split {
  /**
   * Where it comes from: the `publisher`'s own files; each `user`'s last interactions by order; or drawn at `random`,
   * where no order is known.
   */
  readonly by: 'publisher' | 'user-order' | 'random';
  readonly train: Int32Array;
  /** Empty where there is no part for validation. */
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Features of users as a dense table. */
export interface UserFeatures {
  /** `[width]` what each column says: `age:18-24`. */
  readonly names: readonly string[];
  /** `[users, width]` */
  readonly values: Float32Array;
}

/** What every data set has, whatever kind of feedback. */
interface DatasetParts {
  /** Name for reports, for example `movielens-100k`. */
  readonly name: string;
  readonly catalogue: Catalogue;
  /** `[users]` the publisher's ids. */
  readonly userIds: readonly string[];
  /** What is known of people beside their interactions. Absent where nothing is. */
  readonly userFeatures?: UserFeatures;
  readonly order: InteractionOrder;
  readonly split: Split;
}

/** A data set of ratings. */
export interface ExplicitDataset extends DatasetParts {
  readonly feedback: 'explicit';
  readonly interactions: Ratings;
}

/** A data set of counts, purchases or views: what people did, not what they said. */
export interface ImplicitDataset extends DatasetParts {
  readonly feedback: 'implicit';
  readonly interactions: Interactions;
}

/** A published data set as read from its own files, or a shop's own. */
export type Dataset = ExplicitDataset | ImplicitDataset;

/** Some rows of interactions, in the order given: `selectRows(interactions, split.train)`. */
export function selectRows<T extends Interactions>(interactions: T, rows: Int32Array): T {
  const { user, item, value, time } = interactions;
  return {
    ...interactions,
    user: rows.map((row) => user[row]),
    item: rows.map((row) => item[row]),
    value: Float32Array.from(rows, (row) => value[row]),
    ...(time && { time: Float64Array.from(rows, (row) => time[row]) }),
  };
}
