import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/**
 * Logged decisions of one policy, from which the value of another policy is estimated. Columns of numbers, one row per
 * decision: the logging policy chose an action with a known probability and received a reward.
 */
export interface BanditLog {
  /** `[rows]`: the reward of the chosen action. */
  readonly reward: ArrayLike<number>;
  /** `[rows]`: the probability of the chosen action under the logging policy, from 1e-12 to 1. */
  readonly propensity: ArrayLike<number>;
  /** `[rows]`: the probability of the same action under the policy to evaluate, from 0 to 1. */
  readonly target: ArrayLike<number>;
}

/**
 * The smallest valid propensity. A less likely row would not occur in any real log, would determine the whole estimate,
 * and its squared weight could overflow: it is an error in the log.
 */
export const MIN_PROPENSITY = 1e-12;

/** The largest product of weights in a trajectory or slate; its square is still finite. */
const MAX_PRODUCT = 1e150;

/** A log with predictions of a reward model, for the direct method and the doubly robust estimators. */
export interface ModeledBanditLog extends BanditLog {
  /** `[rows]`: the predicted reward of the chosen action, `q(x, a)`. Fit the model on other rows. */
  readonly qHat: ArrayLike<number>;
  /** `[rows]`: the predicted reward under the policy to evaluate, `sum_a target(a | x) q(x, a)`. */
  readonly vHat: ArrayLike<number>;
}

/**
 * The importance weight of each row, `target / propensity`.
 * @returns `[rows]`
 * @throws {InvalidOptionError} if a column or a row is invalid.
 */
export function importanceWeights(log: BanditLog): Float64Array {
  checkObject('log', log, 'an object with the columns reward, propensity and target');
  const { reward, propensity, target } = log;
  for (const [column, values] of Object.entries({ reward, propensity, target })) {
    checkList(`log.${column}`, values, 'an array with one number per row');
  }
  const rows = reward.length;
  if (rows === 0) throw new InvalidOptionError('log', described('no rows'), 'at least one decision');
  for (const [column, values] of Object.entries({ propensity, target })) {
    if (values.length !== rows)
      throw new InvalidOptionError(
        `log.${column}`,
        described(counted(values.length, 'value')),
        `${counted(rows, 'value')}, like reward`,
      );
  }
  const weights = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    if (!Number.isFinite(reward[row]))
      throw new InvalidOptionError(`log.reward[${row}]`, reward[row], 'a finite number');
    checkProbabilities(propensity[row], target[row], (column) => `log.${column}[${row}]`);
    weights[row] = target[row] / propensity[row];
  }
  return weights;
}

/** @throws {InvalidOptionError} unless the propensity is from 1e-12 to 1 and the target from 0 to 1. */
export function checkProbabilities(
  propensity: number,
  target: number,
  nameOf: (column: 'propensity' | 'target') => string,
): void {
  if (!(typeof propensity === 'number' && propensity >= MIN_PROPENSITY && propensity <= 1)) {
    throw new InvalidOptionError(nameOf('propensity'), propensity, `a probability from ${MIN_PROPENSITY} to 1`);
  }
  if (!(typeof target === 'number' && target >= 0 && target <= 1)) {
    throw new InvalidOptionError(nameOf('target'), target, 'a probability from 0 to 1');
  }
}

/**
 * Checks that a product of importance weights is small enough for its square to be finite.
 * @param where the row, as messages name it.
 * @throws {InvalidOptionError} if it is not.
 */
export function checkProduct(product: number, where: string): void {
  if (product <= MAX_PRODUCT) return;
  throw new InvalidOptionError(
    where,
    described(`weights with the product ${product}`),
    `products of at most ${MAX_PRODUCT}: evaluate shorter trajectories, or a policy that is closer to the logging policy`,
  );
}

/** @throws {InvalidOptionError} if a column of predictions is invalid. */
export function checkPredictions({ reward, qHat, vHat }: ModeledBanditLog): void {
  for (const [column, values] of Object.entries({ qHat, vHat })) {
    checkList(`log.${column}`, values, 'an array with one number per row');
    if (values.length !== reward.length) {
      throw new InvalidOptionError(
        `log.${column}`,
        described(counted(values.length, 'value')),
        `${counted(reward.length, 'value')}, like reward`,
      );
    }
    for (let row = 0; row < values.length; row++) {
      if (!Number.isFinite(values[row]))
        throw new InvalidOptionError(`log.${column}[${row}]`, values[row], 'a finite number');
    }
  }
}
