import { type Interactions, InvalidOptionError, type Random } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { InteractionOrder, Split } from './dataset.js';

/** Shares of the interactions to hold out. */
export interface SplitShares {
  /** Share of the test part. Above 0, below 1. Default 0.2. */
  readonly test?: number;
  /** Share of the validation part. Default 0. */
  readonly validation?: number;
}

/**
 * Holds out each user's last interactions, so that evaluation is on later interactions than training. Of a user's `n` interactions,
 * the last `floor(n test)` are the test part, and the `floor(n validation)` before them the validation part; a single interaction
 * is in the training part.
 * @param order `time`: by time, and by row for equal times. `rows`: in the order of the rows.
 * @throws {InvalidOptionError}
 */
export function splitByUserOrder(
  interactions: Interactions,
  order: Exclude<InteractionOrder, 'none'>,
  shares: SplitShares = {},
): Split {
  const { test, validation } = checked(shares);
  const { users, user, time } = interactions;
  if (order === 'time' && time === undefined)
    throw new InvalidOptionError('order', order, "'rows': there are no times");
  const part = new Uint8Array(user.length);
  for (const rows of rowsByUser(users, user)) {
    if (order === 'time' && time !== undefined) rows.sort((a, b) => time[a] - time[b] || a - b);
    const tested = Math.floor(rows.length * test);
    const validated = Math.floor(rows.length * validation);
    const end = rows.length - tested;
    for (const row of rows.slice(end)) part[row] = 2;
    for (const row of rows.slice(end - validated, end)) part[row] = 1;
  }
  return toSplit('user-order', part);
}

/**
 * Holds out rows drawn at random without replacement, for feedback of unknown order.
 * @throws {InvalidOptionError}
 */
export function splitAtRandom(interactions: Interactions, random: Random, shares: SplitShares = {}): Split {
  const { test, validation } = checked(shares);
  const count = interactions.user.length;
  const order = Int32Array.from({ length: count }, (_, row) => row);
  const [tested, validated] = [Math.floor(count * test), Math.floor(count * validation)];
  const part = new Uint8Array(count);
  // The first swaps of Fisher and Yates are a sample without replacement.
  for (let row = 0; row < tested + validated; row++) {
    const other = row + random.integer(count - row);
    [order[row], order[other]] = [order[other], order[row]];
    part[order[row]] = row < tested ? 2 : 1;
  }
  return toSplit('random', part);
}

/** A split from a column of parts: 0 for training, 1 for validation, 2 for test. */
export function toSplit(by: Split['by'], part: Uint8Array): Split {
  const counts = [0, 0, 0];
  for (const wanted of part) counts[wanted]++;
  const [train, validation, test] = counts.map((count) => new Int32Array(count));
  const parts = [train, validation, test];
  const filled = [0, 0, 0];
  for (let row = 0; row < part.length; row++) parts[part[row]][filled[part[row]]++] = row;
  return { by, train, validation, test };
}

function rowsByUser(users: number, user: Int32Array): number[][] {
  const rows: number[][] = Array.from({ length: users }, () => []);
  user.forEach((who, row) => {
    rows[who].push(row);
  });
  return rows;
}

function checked(shares: SplitShares): Required<SplitShares> {
  checkOptions(shares, '{ test: 0.2 }', ['test', 'validation']);
  const { test = 0.2, validation = 0 } = shares;
  if (!(test > 0 && test < 1)) throw new InvalidOptionError('test', test, 'a number between 0 and 1');
  if (!(validation >= 0 && test + validation < 1)) {
    throw new InvalidOptionError('validation', validation, 'a number from 0, with test below 1');
  }
  return { test, validation };
}
