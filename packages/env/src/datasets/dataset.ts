import type { Catalogue, Interactions, Ratings, UserFeatures } from '@ialp/core';

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

/** What every data set has, whatever kind of feedback. */
interface DatasetParts {
  /** Name for reports, for example `movielens-100k`. */
  readonly name: string;
  readonly catalogue: Catalogue;
  /** `[users]` the publisher's ids. */
  readonly userIds: readonly string[];
  /** What is known of users beside their interactions. Absent where nothing is. */
  readonly userFeatures?: UserFeatures;
  readonly order: InteractionOrder;
  readonly split: Split;
}

/** A data set of ratings. */
export interface ExplicitDataset extends DatasetParts {
  readonly feedback: 'explicit';
  readonly interactions: Ratings;
}

/** A data set of counts, purchases or views: what users did, not what they said. */
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
