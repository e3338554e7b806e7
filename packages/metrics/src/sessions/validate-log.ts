import { checkObject, counted } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { InvalidLogError } from '../errors.js';

/**
 * Checks a log: columns of equal length, finite rewards, flags of 0 or 1 that are never both 1, sessions numbered in
 * the order in which they start, and no row after the end of its session.
 * @throws {InvalidLogError} if the log is invalid.
 * @throws {InvalidOptionError} if the log is not an object.
 */
export function validateLog(log: InteractionLog): void {
  checkObject('log', log, 'an object with columns');
  const { session, reward, terminated, truncated } = log;
  for (const [column, values] of Object.entries({ session, reward, terminated, truncated })) {
    if (typeof values === 'object' && values !== null && Number.isSafeInteger(values.length)) continue;
    throw new InvalidLogError(column, undefined, String(values), 'a column: an array with one value per row');
  }
  for (const [column, { length }] of Object.entries({ reward, terminated, truncated })) {
    if (length !== session.length) {
      throw new InvalidLogError(
        column,
        undefined,
        counted(length, 'value'),
        `${counted(session.length, 'value')}, like session`,
      );
    }
  }
  let begun = 0;
  const ended: boolean[] = [];
  for (let row = 0; row < session.length; row++) {
    const [k, left, cut] = [session[row], terminated[row], truncated[row]];
    if (!Number.isInteger(k) || k < 0 || k > begun) {
      const range = begun === 0 ? 'session 0' : `a session from 0 to ${begun}`;
      const remedy = 'number sessions from 0 in the order in which they start, or read the file with interactionLogOf';
      throw new InvalidLogError('session', row, k, `${range}: ${remedy}`);
    }
    if (k === begun) begun++;
    if (ended[k]) throw new InvalidLogError('session', row, k, 'a session that has not ended');
    if (!Number.isFinite(reward[row])) throw new InvalidLogError('reward', row, reward[row], 'a finite number');
    if (left !== 0 && left !== 1) throw new InvalidLogError('terminated', row, left, '0 or 1');
    if ((cut !== 0 && cut !== 1) || cut + left > 1)
      throw new InvalidLogError('truncated', row, cut, '0, or 1 if terminated is 0');
    ended[k] = left === 1 || cut === 1;
  }
}
