import { checkShare } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { validateLog } from './validate-log.js';

/**
 * The discounted reward of each session from its first turn on, `sum_t discount^t r_t`, `t` from 0: the return of reinforcement
 * learning.
 * @returns `[sessions]`
 * @throws {InvalidLogError}; {InvalidOptionError} for a discount that is not from 0 to 1.
 */
export function discountedReward(log: InteractionLog, discount: number): Float64Array {
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
