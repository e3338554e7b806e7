import { checkObject, InvalidOptionError } from '@ialp/core';
import { type BanditLog, checkPredictions, importanceWeights, type ModelledBanditLog } from './bandit-log.js';
import { type EstimateOptions, estimateOf, type TermRanges, type ValueEstimate } from './value-estimate.js';

/** Options of the estimators that bound weights. */
export interface BoundOptions extends EstimateOptions {
  /** From this weight on it is bounded, switched off or shrunk; see each estimator. Above 0. */
  readonly bound: number;
}

type Range = readonly [number, number];
const ONE: Range = [1, 1];

/**
 * The direct method: the mean of what a model of rewards predicts. No weight, no variance from weights, and all of the model's error.
 * The interval is that of the mean over rows; it knows nothing of the model's bias.
 * @throws {InvalidOptionError}
 */
export function directMethod(log: ModelledBanditLog, options: EstimateOptions = {}): ValueEstimate {
  importanceWeights(log);
  checkPredictions(log);
  const ranges = (reward: Range): TermRanges => ({ numerator: reward, denominator: ONE });
  return estimateOf({ rows: log.reward.length, numerator: (row) => log.vHat[row], ranges }, options);
}

/**
 * Inverse propensity scoring: the mean of `w r` (Horvitz and Thompson 1952). Unbiased where the logging policy could have chosen
 * whatever the target may; its variance grows with the weights.
 * @throws {InvalidOptionError}
 */
export function ips(log: BanditLog, options: EstimateOptions = {}): ValueEstimate {
  const weight = importanceWeights(log);
  return estimateOf(
    { rows: weight.length, numerator: (row) => weight[row] * log.reward[row], ranges: weighted },
    options,
  );
}

/** The same with weights of at most `bound` (Ionides 2008): less variance, and too low for rewards above 0. @throws {InvalidOptionError} */
export function clippedIps(log: BanditLog, given: BoundOptions): ValueEstimate {
  checkObject('options', given, 'an object with bound');
  const { bound, ...options } = given;
  const weight = importanceWeights(log);
  checkBound(bound);
  const ranges = (reward: Range, maxWeight: number): TermRanges => weighted(reward, Math.min(bound, maxWeight));
  const numerator = (row: number): number => Math.min(bound, weight[row]) * log.reward[row];
  return estimateOf({ rows: weight.length, numerator, ranges }, options);
}

/**
 * Self-normalised inverse propensity scoring: `sum w r / sum w` (Swaminathan and Joachims 2015). Within the range of rewards, and the same
 * whatever the scale of the weights; consistent, not unbiased. Its error is that of a ratio of means (delta method).
 * @throws {InvalidOptionError} also where all weights are 0: the target never does what was logged.
 */
export function snips(log: BanditLog, options: EstimateOptions = {}): ValueEstimate {
  const weight = importanceWeights(log);
  checkSomeWeight(weight);
  const ranges = (reward: Range, maxWeight: number): TermRanges => ({
    ...weighted(reward, maxWeight),
    denominator: [0, maxWeight],
  });
  const numerator = (row: number): number => weight[row] * log.reward[row];
  return estimateOf({ rows: weight.length, numerator, denominator: (row) => weight[row], ranges }, options);
}

/**
 * The doubly robust estimator: the mean of `V + w (r - q)` (Dudík, Langford and Li 2011). Right where either the propensities or the
 * model is, and steadier than IPS where the model explains some of the reward.
 * @throws {InvalidOptionError}
 */
export function doublyRobust(log: ModelledBanditLog, options: EstimateOptions = {}): ValueEstimate {
  return corrected(
    log,
    (weight) => weight,
    (maxWeight) => maxWeight,
    options,
  );
}

/** SWITCH-DR: doubly robust, but the model alone where the weight is above `bound` (Wang, Agarwal and Dudík 2017). @throws {InvalidOptionError} */
export function switchDoublyRobust(log: ModelledBanditLog, given: BoundOptions): ValueEstimate {
  checkObject('options', given, 'an object with bound');
  const { bound, ...options } = given;
  checkBound(bound);
  const greatest = (maxWeight: number): number => Math.min(bound, maxWeight);
  return corrected(log, (weight) => (weight <= bound ? weight : 0), greatest, options);
}

/**
 * Doubly robust with optimistic shrinkage: weights `bound w / (w^2 + bound)`, which are near `w` while that is small, and fall
 * again beyond `sqrt(bound)` (Su et al. 2020).
 * @throws {InvalidOptionError}
 */
export function shrinkageDoublyRobust(log: ModelledBanditLog, given: BoundOptions): ValueEstimate {
  checkObject('options', given, 'an object with bound');
  const { bound, ...options } = given;
  checkBound(bound);
  if (bound === Number.POSITIVE_INFINITY) {
    throw new InvalidOptionError('bound', bound, 'a finite number; nothing is shrunk by doublyRobust');
  }
  // Greatest where the weight is the root of the bound.
  const greatest = (maxWeight: number): number => Math.min(maxWeight, Math.sqrt(bound) / 2);
  return corrected(log, (weight) => (bound * weight) / (weight * weight + bound), greatest, options);
}

function corrected(
  log: ModelledBanditLog,
  change: (weight: number) => number,
  greatestOf: (maxWeight: number) => number,
  options: EstimateOptions,
): ValueEstimate {
  const weight = importanceWeights(log).map(change);
  checkPredictions(log);
  const { reward, qHat, vHat } = log;
  const numerator = (row: number): number => vHat[row] + weight[row] * (reward[row] - qHat[row]);
  // Predictions lie where rewards do; a row that does not is told.
  const ranges = ([least, greatest]: Range, maxWeight: number): TermRanges => {
    const far = greatestOf(maxWeight) * (greatest - least);
    return { numerator: [least - far, greatest + far], denominator: ONE };
  };
  return estimateOf({ rows: weight.length, numerator, ranges }, options);
}

/** Of weights times rewards. */
export function weighted([least, greatest]: Range, maxWeight: number): TermRanges {
  return { numerator: [Math.min(0, least) * maxWeight, Math.max(0, greatest) * maxWeight], denominator: ONE };
}

/** Weights that are all smaller have squares that are 0. */
const LEAST_WEIGHT = 1e-100;

/** @throws {InvalidOptionError} */
export function checkSomeWeight(weight: Float64Array): void {
  if (weight.some((each) => each > LEAST_WEIGHT)) return;
  throw new InvalidOptionError('log.target', 'only zeros', 'a policy that could have done some of what was logged');
}

function checkBound(bound: number): void {
  if (!(typeof bound === 'number' && bound > 0)) throw new InvalidOptionError('bound', bound, 'a number above 0');
}
