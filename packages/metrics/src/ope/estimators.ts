import { checkObject, described, InvalidOptionError } from '@ialp/core';
import { type BanditLog, checkPredictions, importanceWeights, type ModeledBanditLog } from './bandit-log.js';
import { type EstimateOptions, estimateOf, type TermRanges, type ValueEstimate } from './value-estimate.js';

/** Options of the estimators that bound the weights. */
export interface BoundOptions extends EstimateOptions {
  /** Weights above it are clipped, replaced by the model or shrunk, depending on the estimator. Above 0. */
  readonly bound: number;
}

type Range = readonly [number, number];
const ONE: Range = [1, 1];

/**
 * The direct method: the mean of `vHat`. It has no variance from weights, but the full bias of the reward model. The
 * interval is that of the mean over rows and does not cover this bias.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function directMethod(log: ModeledBanditLog, options: EstimateOptions = {}): ValueEstimate {
  importanceWeights(log);
  checkPredictions(log);
  const ranges = (reward: Range): TermRanges => ({ numerator: reward, denominator: ONE });
  return estimateOf({ rows: log.reward.length, numerator: (row) => log.vHat[row], ranges }, options);
}

/**
 * Inverse propensity scoring: the mean of `w r` (Horvitz and Thompson 1952). Unbiased if the logging policy could have
 * chosen every action that the target policy may choose; its variance grows with the weights.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function ips(log: BanditLog, options: EstimateOptions = {}): ValueEstimate {
  const weight = importanceWeights(log);
  return estimateOf(
    { rows: weight.length, numerator: (row) => weight[row] * log.reward[row], ranges: weighted },
    options,
  );
}

/**
 * IPS with weights clipped at `bound` (Ionides 2008): less variance, but biased downwards for positive rewards.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function clippedIps(log: BanditLog, options: BoundOptions): ValueEstimate {
  checkObject('options', options, 'an object with bound');
  const { bound } = options;
  const weight = importanceWeights(log);
  checkBound(bound);
  const ranges = (reward: Range, maxWeight: number): TermRanges => weighted(reward, Math.min(bound, maxWeight));
  const numerator = (row: number): number => Math.min(bound, weight[row]) * log.reward[row];
  return estimateOf({ rows: weight.length, numerator, ranges }, options, ['bound']);
}

/**
 * Self-normalised inverse propensity scoring: `sum w r / sum w` (Swaminathan and Joachims 2015). Always within the
 * range of the rewards and independent of the scale of the weights; consistent, but not unbiased. The standard error is
 * that of a ratio of means (delta method).
 * @throws {InvalidOptionError} if the log or an option is invalid, or all weights are 0: the target policy never
 *   chooses a logged action.
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
 * The doubly robust estimator: the mean of `vHat + w (r - qHat)` (Dudík, Langford and Li 2011). Consistent if either
 * the propensities or the model is right, with less variance than IPS if the model explains part of the reward.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function doublyRobust(log: ModeledBanditLog, options: EstimateOptions = {}): ValueEstimate {
  return corrected(
    log,
    (weight) => weight,
    (maxWeight) => maxWeight,
    options,
  );
}

/**
 * SWITCH-DR: doubly robust, but the model alone if the weight exceeds `bound` (Wang, Agarwal and Dudík 2017).
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function switchDoublyRobust(log: ModeledBanditLog, options: BoundOptions): ValueEstimate {
  checkObject('options', options, 'an object with bound');
  const { bound } = options;
  checkBound(bound);
  const greatest = (maxWeight: number): number => Math.min(bound, maxWeight);
  return corrected(log, (weight) => (weight <= bound ? weight : 0), greatest, options, ['bound']);
}

/**
 * Doubly robust with optimistic shrinkage (Su et al. 2020): weights `bound w / (w^2 + bound)`, which are close to `w`
 * while `w` is small and decrease again above `sqrt(bound)`.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function shrinkageDoublyRobust(log: ModeledBanditLog, options: BoundOptions): ValueEstimate {
  checkObject('options', options, 'an object with bound');
  const { bound } = options;
  checkBound(bound);
  if (bound === Number.POSITIVE_INFINITY) {
    throw new InvalidOptionError('bound', bound, 'a finite number; use doublyRobust for no shrinkage');
  }
  // The shrunk weight is largest, sqrt(bound) / 2, at w = sqrt(bound).
  const greatest = (maxWeight: number): number => Math.min(maxWeight, Math.sqrt(bound) / 2);
  return corrected(log, (weight) => (bound * weight) / (weight * weight + bound), greatest, options, ['bound']);
}

function corrected(
  log: ModeledBanditLog,
  transform: (weight: number) => number,
  greatestOf: (maxWeight: number) => number,
  options: EstimateOptions,
  others: readonly string[] = [],
): ValueEstimate {
  const weight = importanceWeights(log).map(transform);
  checkPredictions(log);
  const { reward, qHat, vHat } = log;
  const numerator = (row: number): number => vHat[row] + weight[row] * (reward[row] - qHat[row]);
  // Assumes that predictions lie in the range of the rewards; the interval throws for a row that does not.
  const ranges = ([least, greatest]: Range, maxWeight: number): TermRanges => {
    const far = greatestOf(maxWeight) * (greatest - least);
    return { numerator: [least - far, greatest + far], denominator: ONE };
  };
  return estimateOf({ rows: weight.length, numerator, ranges }, options, others);
}

/** Range of the terms `w r`. */
export function weighted([least, greatest]: Range, maxWeight: number): TermRanges {
  return { numerator: [Math.min(0, least) * maxWeight, Math.max(0, greatest) * maxWeight], denominator: ONE };
}

/** The squares of weights below this underflow to 0. */
const MIN_WEIGHT = 1e-100;

/** @throws {InvalidOptionError} if all weights are 0. */
export function checkSomeWeight(weight: Float64Array): void {
  if (weight.some((each) => each > MIN_WEIGHT)) return;
  throw new InvalidOptionError(
    'log.target',
    described('only zeros'),
    'a policy that could have chosen some of the logged actions',
  );
}

function checkBound(bound: number): void {
  if (!(typeof bound === 'number' && bound > 0)) throw new InvalidOptionError('bound', bound, 'a number above 0');
}
