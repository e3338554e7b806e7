import { checkInteger, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkOptions } from '../options.js';

/** Options of `createMatrixResponses`. */
export interface MatrixResponsesOptions {
  readonly users: number;
  readonly items: number;
  /** `[users, items]`, row by row. It is used as it is, not copied. */
  readonly values: Float32Array;
  /**
   * `value`: the feedback is the cell itself. `bernoulli`: it is 1 with the probability that the cell tells, else 0.
   * Default `value`.
   */
  readonly response?: 'value' | 'bernoulli';
}

/**
 * Users who answer as a matrix of yours says: watch ratios of a fully observed data set, a model's predictions.
 * @throws {InvalidOptionError} for a matrix of another size, and for a cell that is no number, or no probability where it
 *   has to be one; the cell is named.
 */
export function createMatrixResponses(options: MatrixResponsesOptions): ResponseModel {
  checkOptions(options, '{ users, items, values }');
  const { users, items, values, response = 'value' } = options;
  checkInteger('users', users, 1);
  checkInteger('items', items, 1);
  if (response !== 'value' && response !== 'bernoulli') {
    throw new InvalidOptionError('response', response, "'value' or 'bernoulli'");
  }
  if (values.length !== users * items) {
    throw new InvalidOptionError('values', `${values.length} cells`, `${users} x ${items} cells`);
  }
  const chance = response === 'bernoulli';
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell];
    if (!Number.isFinite(value) || (chance && !(value >= 0 && value <= 1))) {
      const place = `values[user ${Math.floor(cell / items)}, item ${cell % items}]`;
      throw new InvalidOptionError(place, value, chance ? 'a probability from 0 to 1' : 'a finite number');
    }
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const shared = { specificationVersion: 'v1', users, items, window: 0 } as const;
  if (!chance) {
    return {
      ...shared,
      rewardRange: [least, greatest],
      respond: (session, item) => values[session.user * items + item],
    };
  }
  return {
    ...shared,
    rewardRange: [0, 1],
    utility(session, item) {
      const probability = values[session.user * items + item];
      return Math.log(probability / (1 - probability));
    },
    respond: (session, item, random) => (random.uniform() < values[session.user * items + item] ? 1 : 0),
  };
}
