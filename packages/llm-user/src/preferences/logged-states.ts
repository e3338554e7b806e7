import { checkInteger, checkObject, InvalidOptionError, type Random, type Ratings } from '@ialp/core';
import { checkList, checkOptions, checkRandom } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import { rowsByUser } from './rows-by-user.js';

/** Options of `sampleLoggedStates`. */
export interface LoggedStatesOptions {
  /** The log. Where it has times, a user's ratings are taken in that order, else as they stand. */
  readonly ratings: Ratings;
  /** Whose sessions may be used, as user indices. Default: everybody's. */
  readonly users?: Int32Array;
  /** A rating this high counts as liked (feedback 1), a lower one as passed over (0). */
  readonly likeThreshold: number;
  /** How many states. */
  readonly count: number;
  /** The least and the greatest number of items in a state. Default 3 to 8. */
  readonly length?: readonly [least: number, greatest: number];
  /** Who a user is, in words, for example `createPersonas(dataset.userFeatures)`. Default: not told. */
  readonly personaOf?: (user: number) => string;
  readonly random: Random;
}

/**
 * Seed sessions from a log: stretches of what real users rated one after the other. A user is drawn first, evenly,
 * then the length and the place of the stretch.
 * @throws {InvalidOptionError} for options out of range, or where nobody among `users` rated anything.
 */
export function sampleLoggedStates(options: LoggedStatesOptions): UserState[] {
  checkOptions(options, '{ ratings, likeThreshold: 4, count: 100, random: createRandom(1) }');
  const { ratings, users, likeThreshold, count, length: bounds = [3, 8], personaOf, random } = options;
  // Ratings are stored in single precision.
  const threshold = Math.fround(likeThreshold);
  checkObject('ratings', ratings, 'interactions, such as a data set has');
  checkList('length', bounds, 'two integers, [least, greatest], of at least 1');
  checkRandom(random);
  const [least, greatest] = bounds;
  checkInteger('count', count, 1);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || least < 1 || greatest < least) {
    throw new InvalidOptionError('length', `[${bounds}]`, 'two integers, [least, greatest], of at least 1');
  }
  if (typeof likeThreshold !== 'number' || Number.isNaN(likeThreshold))
    throw new InvalidOptionError('likeThreshold', likeThreshold, 'a number: the least rating that counts as liked');
  const wrong = ratings.value.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`ratings.value[${wrong}]`, ratings.value[wrong], 'a finite rating');
  const rows = rowsByUser(ratings);
  const logs = Array.from(users ?? rows.keys()).filter((user) => rows[user].length > 0);
  if (logs.length === 0)
    throw new InvalidOptionError('users', 'nobody with a rating', 'at least one user with ratings');
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
