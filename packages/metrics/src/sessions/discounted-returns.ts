import { checkShare } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { validateLog } from './validate-log.js';

/**
 * The discounted return of each session, `sum_t discount^t r_t` with `t` from 0.
 * @returns `[sessions]`
 * @throws {InvalidLogError} if the log is invalid.
 * @throws {InvalidOptionError} if the discount is not from 0 to 1.
 */
export function discountedReturns(log: InteractionLog, discount: number): Float64Array {
  checkShare('discount', discount);
  validateLog(log);
  const { session, reward } = log;
  const sessions = session.reduce((most, value) => Math.max(most, value), -1) + 1;
  const sums = new Float64Array(sessions);
  const weight = new Float64Array(sessions).fill(1);
  for (let row = 0; row < session.length; row++) {
    sums[session[row]] += weight[session[row]] * reward[row];
    weight[session[row]] *= discount;
  }
  return sums;
}
