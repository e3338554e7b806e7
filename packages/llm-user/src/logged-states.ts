import type { Random, Ratings } from '@ialp/env';
import { InvalidOptionError } from './errors.js';
import type { PersonState } from './preference-source.js';

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
  readonly random: Random;
}

/**
 * Seed sessions from a log: stretches of what real people rated one after the other. A person is drawn first, evenly,
 * then the length and the place of the stretch.
 * @throws {InvalidOptionError} for options out of range, or where nobody among `users` rated anything.
 */
export function loggedStates(options: LoggedStatesOptions): PersonState[] {
  const { ratings, users, likedFrom, count, length = [3, 8], random } = options;
  const [least, greatest] = length;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidOptionError('count', count, 'an integer of at least 1');
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || least < 1 || greatest < least) {
    throw new InvalidOptionError('length', `[${length}]`, 'two integers, [least, greatest], of at least 1');
  }
  const logs = rowsByUser(ratings, users).filter((rows) => rows.length > 0);
  if (logs.length === 0)
    throw new InvalidOptionError('users', 'nobody with a rating', 'at least one person with ratings');
  return Array.from({ length: count }, () => {
    const rows = logs[random.integer(logs.length)];
    const wanted = Math.min(rows.length, least + random.integer(greatest - least + 1));
    const start = random.integer(rows.length - wanted + 1);
    const stretch = rows.slice(start, start + wanted);
    return {
      items: stretch.map((row) => ratings.item[row]),
      feedback: stretch.map((row) => (ratings.value[row] >= likedFrom ? 1 : 0)),
    };
  });
}

/** The rows of each of the users, in the order in which they rated. */
function rowsByUser({ users, user, time }: Ratings, wanted: Int32Array | undefined): number[][] {
  const rows: number[][] = Array.from({ length: users }, () => []);
  user.forEach((who, row) => {
    rows[who].push(row);
  });
  if (time !== undefined) for (const list of rows) list.sort((a, b) => time[a] - time[b] || a - b);
  return wanted === undefined ? rows : Array.from(wanted, (who) => rows[who]);
}
