import { checkInteger, counted, described, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkOptions } from '../options.js';
import { bernoulli } from './dense-table.js';
import { withResponseTable } from './response-table.js';

/** Options of `createMatrixResponses`. */
export interface MatrixResponsesOptions {
  readonly users: number;
  readonly items: number;
  /** `[users, items]`, row by row. It is not copied. */
  readonly values: Float32Array;
  /**
   * `value`: the feedback is the cell. `bernoulli`: the cell is the probability of feedback 1, otherwise 0. Default `value`.
   */
  readonly response?: 'value' | 'bernoulli';
}

/**
 * Users who respond as a given matrix says: watch ratios of a fully observed data set, or the predictions of a model.
 * @throws {InvalidOptionError} for a matrix of another size, and for a cell that is not finite, or not a probability with
 *   `bernoulli`; the message names the cell.
 */
export function createMatrixResponses(options: MatrixResponsesOptions): ResponseModel {
  checkOptions(options, '{ users, items, values }', ['users', 'items', 'values', 'response']);
  const { users, items, values, response = 'value' } = options;
  checkInteger('users', users, 1);
  checkInteger('items', items, 1);
  if (response !== 'value' && response !== 'bernoulli') {
    throw new InvalidOptionError('response', response, "'value' or 'bernoulli'");
  }
  if (values.length !== users * items) {
    throw new InvalidOptionError('values', described(counted(values.length, 'cell')), `${users} x ${items} cells`);
  }
  const isProbability = response === 'bernoulli';
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell];
    if (!Number.isFinite(value) || (isProbability && !(value >= 0 && value <= 1))) {
      const place = `values[user ${Math.floor(cell / items)}, item ${cell % items}]`;
      throw new InvalidOptionError(place, value, isProbability ? 'a probability from 0 to 1' : 'a finite number');
    }
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  const shared = { specificationVersion: 'v1', users, items, window: 0 } as const;
  if (!isProbability) {
    return withResponseTable(
      {
        ...shared,
        rewardRange: [minimum, maximum],
        respond: (session, item) => values[session.user * items + item],
      },
      values,
    );
  }
  return withResponseTable(
    {
      ...shared,
      rewardRange: [0, 1],
      utility(session, item) {
        const probability = values[session.user * items + item];
        return Math.log(probability / (1 - probability));
      },
      respond: bernoulli(items, values, (user, item) => values[user * items + item]),
    },
    values,
  );
}
