import { type Catalogue, type Interactions, InvalidOptionError, type Ratings, type UserFeatures } from '@ialp/core';

/**
 * The order of interactions: `time` if they have times, `rows` if each user's rows are in the order in which they happened, `none`
 * if the order is unknown.
 */
export type InteractionOrder = 'time' | 'rows' | 'none';

/** Training, validation and test parts, as ascending row indices of the interactions. The parts do not overlap. */
export interface Split {
  /**
   * `publisher`: from the publisher's files. `user-order`: each user's last interactions are held out. `random`: drawn at random, if the
   * order is unknown.
   */
  readonly by: 'publisher' | 'user-order' | 'random';
  readonly train: Int32Array;
  /** Empty if there is no validation part. */
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** The members of every data set. */
interface DatasetParts {
  /** Name for reports, for example `movielens-100k`. */
  readonly name: string;
  readonly catalogue: Catalogue;
  /** `[users]` ids of the users, as in the files. */
  readonly userIds: readonly string[];
  /** User features known from outside the interactions. Absent if unknown. */
  readonly userFeatures?: UserFeatures;
  readonly order: InteractionOrder;
  readonly split: Split;
}

/** A data set of ratings. */
export interface ExplicitDataset extends DatasetParts {
  readonly feedback: 'explicit';
  readonly interactions: Ratings;
}

/** A data set of implicit feedback: counts, purchases or views. */
export interface ImplicitDataset extends DatasetParts {
  readonly feedback: 'implicit';
  readonly interactions: Interactions;
}

/** A data set: a published one, or your own. */
export type Dataset = ExplicitDataset | ImplicitDataset;

/**
 * Selects rows of interactions, in the given order: `selectRows(interactions, split.train)`.
 * @throws {InvalidOptionError} for a row that the interactions do not have.
 */
export function selectRows<T extends Interactions>(interactions: T, rows: Int32Array): T {
  const { user, item, value, time } = interactions;
  const last = user.length - 1;
  const flaw = rows.findIndex((row) => !(Number.isInteger(row) && row >= 0 && row <= last));
  if (flaw >= 0) throw new InvalidOptionError(`rows[${flaw}]`, rows[flaw], `a row from 0 to ${last}`);
  return {
    ...interactions,
    user: rows.map((row) => user[row]),
    item: rows.map((row) => item[row]),
    value: Float32Array.from(rows, (row) => value[row]),
    ...(time && { time: Float64Array.from(rows, (row) => time[row]) }),
  };
}
