import { InvalidOptionError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { InvalidLogError } from '../errors.js';

/**
 * Throws unless the log is one that the measures of this package mean something for: columns of one length, finite
 * rewards, flags of 0 or 1 and never both, sessions numbered in the order in which they began, and nothing after a
 * session's end.
 * @throws {InvalidLogError}; {InvalidOptionError} for a log that is no object.
 */
export function validateLog(log: InteractionLog): void {
  if (typeof log !== 'object' || log === null) throw new InvalidOptionError('log', log, 'an object with columns');
  const { session, reward, terminated, truncated } = log;
  for (const [column, values] of Object.entries({ session, reward, terminated, truncated })) {
    if (typeof values === 'object' && values !== null && Number.isSafeInteger(values.length)) continue;
    throw new InvalidLogError(column, undefined, String(values), 'a column: an array with a value for each row');
  }
  for (const [column, { length }] of Object.entries({ reward, terminated, truncated })) {
    if (length !== session.length) {
      throw new InvalidLogError(column, undefined, `${length} rows`, `${session.length}, as session has`);
    }
  }
  let begun = 0;
  const ended: boolean[] = [];
  for (let row = 0; row < session.length; row++) {
    const [k, left, cut] = [session[row], terminated[row], truncated[row]];
    if (!Number.isInteger(k) || k < 0 || k > begun) {
      throw new InvalidLogError('session', row, k, `a session from 0 to ${begun}: they are numbered as they begin`);
    }
    if (k === begun) begun++;
    if (ended[k]) throw new InvalidLogError('session', row, k, 'a session that goes on; this one had ended');
    if (!Number.isFinite(reward[row])) throw new InvalidLogError('reward', row, reward[row], 'a finite number');
    if (left !== 0 && left !== 1) throw new InvalidLogError('terminated', row, left, '0 or 1');
    if ((cut !== 0 && cut !== 1) || cut + left > 1)
      throw new InvalidLogError('truncated', row, cut, '0, or 1 where terminated is 0');
    ended[k] = left === 1 || cut === 1;
  }
}
