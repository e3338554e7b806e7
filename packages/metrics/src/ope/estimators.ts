import { InvalidOptionError } from '../errors.js';
import { type BanditLog, importanceWeights, type ModelledBanditLog, requirePredictions } from './bandit-log.js';
import { type EstimateOptions, meanEstimate, type ValueEstimate, valueEstimate } from './value-estimate.js';

/** Options of the estimators that bound weights. */
export interface BoundOptions extends EstimateOptions {
  /** From this weight on it is bounded, switched off or shrunk; see each estimator. Above 0. */
  readonly bound: number;
}

/**
 * The direct method: the mean of what a model of rewards predicts. No weight, no variance from weights, and all of the model's error.
 * The interval is that of the mean over rows; it knows nothing of the model's bias.
 * @throws {InvalidOptionError}
 */
export function directMethod(log: ModelledBanditLog, { confidence }: EstimateOptions = {}): ValueEstimate {
  importanceWeights(log);
  requirePredictions(log);
  return meanEstimate((row) => log.predictedTarget[row], log.reward.length, confidence);
}

/**
 * Inverse propensity scoring: the mean of `w r` (Horvitz and Thompson 1952). Unbiased where the logging policy could have chosen
 * whatever the target may; its variance grows with the weights.
 * @throws {InvalidOptionError}
 */
export function ips(log: BanditLog, { confidence }: EstimateOptions = {}): ValueEstimate {
  const weight = importanceWeights(log);
  return meanEstimate((row) => weight[row] * log.reward[row], weight.length, confidence);
}

/** The same with weights of at most `bound` (Ionides 2008): less variance, and too low for rewards above 0. @throws {InvalidOptionError} */
export function clippedIps(log: BanditLog, { bound, confidence }: BoundOptions): ValueEstimate {
  const weight = importanceWeights(log);
  requireBound(bound);
  return meanEstimate((row) => Math.min(bound, weight[row]) * log.reward[row], weight.length, confidence);
}

/**
 * Self-normalised inverse propensity scoring: `sum w r / sum w` (Swaminathan and Joachims 2015). Within the range of rewards, and the same
 * whatever the scale of the weights; consistent, not unbiased. Its error is that of a ratio of means (delta method).
 * @throws {InvalidOptionError} also where all weights are 0: the target never does what was logged.
 */
export function selfNormalisedIps(log: BanditLog, { confidence }: EstimateOptions = {}): ValueEstimate {
  const weight = importanceWeights(log);
  const rows = weight.length;
  let total = 0;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    total += weight[row];
    sum += weight[row] * log.reward[row];
  }
  if (total === 0)
    throw new InvalidOptionError('log.target', 'only zeros', 'a policy that could have done some of what was logged');
  const value = sum / total;
  const mean = total / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += ((weight[row] * (log.reward[row] - value)) / mean) ** 2;
  return valueEstimate(value, squares, rows, confidence);
}

/**
 * The doubly robust estimator: the mean of `V + w (r - q)` (Dudík, Langford and Li 2011). Right where either the propensities or the
 * model is, and steadier than IPS where the model explains some of the reward.
 * @throws {InvalidOptionError}
 */
export function doublyRobust(log: ModelledBanditLog, { confidence }: EstimateOptions = {}): ValueEstimate {
  return corrected(log, (weight) => weight, confidence);
}

/** SWITCH-DR: doubly robust, but the model alone where the weight is above `bound` (Wang, Agarwal and Dudík 2017). @throws {InvalidOptionError} */
export function switchDoublyRobust(log: ModelledBanditLog, { bound, confidence }: BoundOptions): ValueEstimate {
  requireBound(bound);
  return corrected(log, (weight) => (weight <= bound ? weight : 0), confidence);
}

/**
 * Doubly robust with optimistic shrinkage: weights `bound w / (w^2 + bound)`, which are near `w` while that is small, and fall
 * again beyond `sqrt(bound)` (Su et al. 2020).
 * @throws {InvalidOptionError}
 */
export function shrinkageDoublyRobust(log: ModelledBanditLog, { bound, confidence }: BoundOptions): ValueEstimate {
  requireBound(bound);
  return corrected(log, (weight) => (bound * weight) / (weight * weight + bound), confidence);
}

function corrected(
  log: ModelledBanditLog,
  change: (weight: number) => number,
  confidence: number | undefined,
): ValueEstimate {
  const weight = importanceWeights(log).map(change);
  requirePredictions(log);
  const { reward, predicted, predictedTarget } = log;
  const term = (row: number): number => predictedTarget[row] + weight[row] * (reward[row] - predicted[row]);
  return meanEstimate(term, weight.length, confidence);
}

function requireBound(bound: number): void {
  if (!(bound > 0)) throw new InvalidOptionError('bound', bound, 'a number above 0');
}
