import { checkInteger, checkObject, described, InvalidOptionError, type Random, type Ratings } from '@ialp/core';
import { checkLikeThreshold, checkList, checkOptions, checkRandom } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import { rowsByUser } from './rows-by-user.js';

/** Options of `sampleLoggedStates`. */
export interface LoggedStatesOptions {
  /** The log. A user's ratings are ordered by time if it has times, otherwise by row. */
  readonly ratings: Ratings;
  /** User indices to draw from. Default: all users. */
  readonly users?: Int32Array;
  /** Ratings of at least this value count as liked (feedback 1), lower ones as not liked (0). */
  readonly likeThreshold: number;
  /** Number of states. */
  readonly count: number;
  /** Smallest and largest number of items in a state. Default 3 to 8. */
  readonly length?: readonly [least: number, greatest: number];
  /** Describes a user in words, for example `createPersonas(dataset.userFeatures)`. Default: no description. */
  readonly personaOf?: (user: number) => string;
  readonly random: Random;
}

/**
 * Samples user states from a log: consecutive ratings of real users. Draws a user uniformly, then the length and the start of the
 * sequence.
 * @throws {InvalidOptionError} for options out of range, or if none of the `users` has a rating.
 */
export function sampleLoggedStates(options: LoggedStatesOptions): UserState[] {
  checkOptions(options, '{ ratings, likeThreshold: 4, count: 100, random: createRandom(1) }', [
    'ratings',
    'users',
    'likeThreshold',
    'count',
    'length',
    'personaOf',
    'random',
  ]);
  const { ratings, users, likeThreshold, count, length: bounds = [3, 8], personaOf, random } = options;
  // Ratings are stored in single precision.
  const threshold = Math.fround(likeThreshold);
  checkObject('ratings', ratings, 'interactions, such as a data set has');
  checkList('length', bounds, 'two integers, [least, greatest], of at least 1');
  checkRandom(random);
  const [least, greatest] = bounds;
  checkInteger('count', count, 1);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || least < 1 || greatest < least) {
    throw new InvalidOptionError('length', bounds, 'two integers, [least, greatest], of at least 1');
  }
  const wrong = ratings.value.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`ratings.value[${wrong}]`, ratings.value[wrong], 'a finite rating');
  checkLikeThreshold(likeThreshold, ratings);
  const rows = rowsByUser(ratings);
  const logs = Array.from(users ?? rows.keys()).filter((user) => rows[user].length > 0);
  if (logs.length === 0)
    throw new InvalidOptionError('users', described('none of them in the log'), 'at least one user with ratings');
  return Array.from({ length: count }, () => {
    const user = logs[random.integer(logs.length)];
    const { length } = rows[user];
    const wanted = Math.min(length, least + random.integer(greatest - least + 1));
    const start = random.integer(length - wanted + 1);
    const stretch = rows[user].slice(start, start + wanted);
    return {
      items: stretch.map((row) => ratings.item[row]),
      feedback: stretch.map((row) => (ratings.value[row] >= threshold ? 1 : 0)),
      ...(personaOf && { persona: personaOf(user) }),
    };
  });
}
