import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/**
 * What a policy would have earned is estimated from decisions of another one, as columns of plain numbers. Each row is a decision:
 * the logging policy chose an action with a known probability, and was rewarded.
 */
export interface BanditLog {
  /** `[rows]`: what the chosen action brought. */
  readonly reward: ArrayLike<number>;
  /** `[rows]`: the probability with which the logging policy chose it, from 1e-12 to 1. */
  readonly propensity: ArrayLike<number>;
  /** `[rows]`: the probability with which the policy that is judged would have chosen the same action. */
  readonly target: ArrayLike<number>;
}

/**
 * The least propensity that is taken. A row that was likelier not to happen in the life of any log decides the whole estimate, and
 * with smaller ones weights and their squares leave the range of numbers: it is a fault of the log.
 */
export const LEAST_PROPENSITY = 1e-12;

/** The greatest product of weights (of a trajectory, of a slate) that is taken: its square is a number. */
const MOST_PRODUCT = 1e150;

/** A log with a model of the rewards, for the direct method and the doubly robust estimators. */
export interface ModelledBanditLog extends BanditLog {
  /** `[rows]`: the reward that a model predicts for the chosen action, `q(x, a)`. Fit it to other rows than these. */
  readonly qHat: ArrayLike<number>;
  /** `[rows]`: the reward that it predicts under the policy that is judged, `sum_a target(a | x) q(x, a)`. */
  readonly vHat: ArrayLike<number>;
}

/** The importance weight of each row, `target / propensity`. @returns `[rows]` @throws {InvalidOptionError} for a damaged row. */
export function importanceWeights(log: BanditLog): Float64Array {
  checkObject('log', log, 'an object with the columns reward, propensity and target');
  const { reward, propensity, target } = log;
  for (const [column, values] of Object.entries({ reward, propensity, target })) {
    checkList(`log.${column}`, values, 'a list with a number for each row');
  }
  const rows = reward.length;
  if (rows === 0) throw new InvalidOptionError('log', 'no rows', 'at least one decision');
  for (const [column, values] of Object.entries({ propensity, target })) {
    if (values.length !== rows)
      throw new InvalidOptionError(`log.${column}`, `${values.length} rows`, `${rows}, as reward has`);
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

/** Throws unless a decision has a propensity of at least 1e-12 and a target from 0 to 1. @throws {InvalidOptionError} */
export function checkProbabilities(
  propensity: number,
  target: number,
  nameOf: (column: 'propensity' | 'target') => string,
): void {
  if (!(typeof propensity === 'number' && propensity >= LEAST_PROPENSITY && propensity <= 1)) {
    throw new InvalidOptionError(nameOf('propensity'), propensity, `a probability from ${LEAST_PROPENSITY} to 1`);
  }
  if (!(typeof target === 'number' && target >= 0 && target <= 1)) {
    throw new InvalidOptionError(nameOf('target'), target, 'a probability');
  }
}

/**
 * Throws where a product of importance weights leaves the range in which estimates are numbers.
 * @param where the row, as messages name it.
 * @throws {InvalidOptionError}
 */
export function checkProduct(product: number, where: string): void {
  if (product <= MOST_PRODUCT) return;
  throw new InvalidOptionError(
    where,
    `weights with the product ${product}`,
    `products of at most ${MOST_PRODUCT}: judge fewer decisions in a row, or a policy nearer to the logging one`,
  );
}

/** @throws {InvalidOptionError} where a column of predictions is damaged. */
export function checkPredictions({ reward, qHat, vHat }: ModelledBanditLog): void {
  for (const [column, values] of Object.entries({ qHat, vHat })) {
    checkList(`log.${column}`, values, 'a list with a number for each row');
    if (values.length !== reward.length) {
      throw new InvalidOptionError(`log.${column}`, `${values.length} rows`, `${reward.length}, as reward has`);
    }
    for (let row = 0; row < values.length; row++) {
      if (!Number.isFinite(values[row]))
        throw new InvalidOptionError(`log.${column}[${row}]`, values[row], 'a finite number');
    }
  }
}
