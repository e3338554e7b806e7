import { checkInteger, checkObject, InvalidOptionError, type Random, type Ratings } from '@ialp/core';
import { requireList, requireOptions, requireRandom } from '../check-inputs.js';
import type { PersonState } from '../preference-source.js';
import { rowsByUser } from './rows-by-user.js';

/** Options of `loggedStates`. */
export interface LoggedStatesOptions {
  /** The log. Where it has times, a person's ratings are taken in that order, else as they stand. */
  readonly ratings: Ratings;
  /** Whose sessions may be used, as user indices. Default: everybody's. */
  readonly users?: Int32Array;
  /** A rating this high counts as liked (feedback 1), a lower one as passed over (0). */
  readonly likedFrom: number;
  /** How many states. */
  readonly count: number;
  /** The least and the greatest number of items in a state. Default 3 to 8. */
  readonly length?: readonly [least: number, greatest: number];
  /** Who a person is, in words, for example `personas(dataset.userFeatures)`. Default: not told. */
  readonly personaOf?: (user: number) => string;
  readonly random: Random;
}

/**
 * Seed sessions from a log: stretches of what real people rated one after the other. A person is drawn first, evenly,
 * then the length and the place of the stretch.
 * @throws {InvalidOptionError} for options out of range, or where nobody among `users` rated anything.
 */
export function loggedStates(options: LoggedStatesOptions): PersonState[] {
  requireOptions(options, '{ ratings, likedFrom: 4, count: 100, random: createRandom(1) }');
  const { ratings, users, likedFrom, count, length: bounds = [3, 8], personaOf, random } = options;
  // Ratings are stored in single precision.
  const leastLiked = Math.fround(likedFrom);
  checkObject('ratings', ratings, 'interactions, such as a data set has');
  requireList('length', bounds, 'two integers, [least, greatest], of at least 1');
  requireRandom(random);
  const [least, greatest] = bounds;
  checkInteger('count', count, 1);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || least < 1 || greatest < least) {
    throw new InvalidOptionError('length', `[${bounds}]`, 'two integers, [least, greatest], of at least 1');
  }
  if (typeof likedFrom !== 'number' || Number.isNaN(likedFrom))
    throw new InvalidOptionError('likedFrom', likedFrom, 'a number: the least rating that counts as liked');
  const wrong = ratings.value.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`ratings.value[${wrong}]`, ratings.value[wrong], 'a finite rating');
  const rows = rowsByUser(ratings);
  const logs = Array.from(users ?? rows.keys()).filter((user) => rows[user].length > 0);
  if (logs.length === 0)
    throw new InvalidOptionError('users', 'nobody with a rating', 'at least one person with ratings');
  return Array.from({ length: count }, () => {
    const user = logs[random.integer(logs.length)];
    const { length } = rows[user];
    const wanted = Math.min(length, least + random.integer(greatest - least + 1));
    const start = random.integer(length - wanted + 1);
    const stretch = rows[user].slice(start, start + wanted);
    return {
      items: stretch.map((row) => ratings.item[row]),
      feedback: stretch.map((row) => (ratings.value[row] >= leastLiked ? 1 : 0)),
      ...(personaOf && { persona: personaOf(user) }),
    };
  });
}
