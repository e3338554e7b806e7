import { InvalidOptionError } from '../errors.js';

/**
 * What a policy would have earned is estimated from decisions of another one, as columns of plain numbers. Each row is a decision:
 * the logging policy chose an action with a known probability, and was rewarded.
 */
export interface BanditLog {
  /** `[rows]`: what the chosen action brought. */
  readonly reward: ArrayLike<number>;
  /** `[rows]`: the probability with which the logging policy chose it, above 0. */
  readonly propensity: ArrayLike<number>;
  /** `[rows]`: the probability with which the policy that is judged would have chosen the same action. */
  readonly target: ArrayLike<number>;
}

/** A log with a model of the rewards, for the direct method and the doubly robust estimators. */
export interface ModelledBanditLog extends BanditLog {
  /** `[rows]`: the reward that a model predicts for the chosen action, `q(x, a)`. Fit it to other rows than these. */
  readonly predicted: ArrayLike<number>;
  /** `[rows]`: the reward that it predicts under the policy that is judged, `sum_a target(a | x) q(x, a)`. */
  readonly predictedTarget: ArrayLike<number>;
}

/** The importance weight of each row, `target / propensity`. @returns `[rows]` @throws {InvalidOptionError} for a damaged row. */
export function importanceWeights({ reward, propensity, target }: BanditLog): Float64Array {
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
    if (!(propensity[row] > 0 && propensity[row] <= 1)) {
      throw new InvalidOptionError(`log.propensity[${row}]`, propensity[row], 'a probability above 0');
    }
    if (!(target[row] >= 0 && target[row] <= 1)) {
      throw new InvalidOptionError(`log.target[${row}]`, target[row], 'a probability');
    }
    weights[row] = target[row] / propensity[row];
  }
  return weights;
}

/** @throws {InvalidOptionError} where a column of predictions is damaged. */
export function requirePredictions({ reward, predicted, predictedTarget }: ModelledBanditLog): void {
  for (const [column, values] of Object.entries({ predicted, predictedTarget })) {
    if (values.length !== reward.length) {
      throw new InvalidOptionError(`log.${column}`, `${values.length} rows`, `${reward.length}, as reward has`);
    }
    for (let row = 0; row < values.length; row++) {
      if (!Number.isFinite(values[row]))
        throw new InvalidOptionError(`log.${column}[${row}]`, values[row], 'a finite number');
    }
  }
}
