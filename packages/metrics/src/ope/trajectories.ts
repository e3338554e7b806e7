import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import {
  type BanditLog,
  checkPredictions,
  checkProduct,
  importanceWeights,
  type ModeledBanditLog,
} from './bandit-log.js';
import { checkSomeWeight, weighted } from './estimators.js';
import { type EstimateOptions, estimateOf, type ValueEstimate } from './value-estimate.js';

/** Sequences of decisions, such as sessions. */
export interface TrajectoryLog extends BanditLog {
  /**
   * `[rows]`: the trajectory of each row, any safe integer. The rows of a trajectory are in the order of its decisions.
   */
  readonly trajectory: ArrayLike<number>;
}

/** The same with value functions of the policy to evaluate, fitted to other trajectories. */
export interface ModeledTrajectoryLog extends TrajectoryLog {
  /** `[rows]`: `Q(s, a)` of the chosen action: the discounted return if the evaluated policy continues. */
  readonly qHat: ArrayLike<number>;
  /** `[rows]`: `V(s) = sum_a target(a | s) Q(s, a)`. */
  readonly vHat: ArrayLike<number>;
}

/** Options of the estimators of trajectories. */
export interface TrajectoryOptions extends EstimateOptions {
  /** Discount `gamma`, from 0 to 1. Default 1. */
  readonly discount?: number;
}

/**
 * Importance sampling of trajectories: the mean of `w_1 w_2 ... w_T` times the return. Unbiased; the variance grows
 * exponentially with the length.
 * @returns the value per trajectory, like all estimators of this file.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function trajectoryIps(log: TrajectoryLog, options: TrajectoryOptions = {}): ValueEstimate {
  const { weight, returns } = trajectoryTerms(log, options);
  const numerator = (k: number): number => weight[k] * returns[k];
  return estimateOf({ rows: weight.length, numerator, ranges: weighted }, options, ['discount']);
}

/**
 * Weighted importance sampling (Precup, Sutton and Singh 2000): `sum w G / sum w` over trajectories with returns `G`.
 * Consistent, within the range of the returns, and with much less variance.
 * @throws {InvalidOptionError} if the log or an option is invalid, or all weights are 0.
 */
export function weightedTrajectoryIps(log: TrajectoryLog, options: TrajectoryOptions = {}): ValueEstimate {
  const { weight, returns } = trajectoryTerms(log, options);
  checkSomeWeight(weight);
  return estimateOf(
    {
      rows: weight.length,
      numerator: (k) => weight[k] * returns[k],
      denominator: (k) => weight[k],
      ranges: (reward, maxWeight) => ({ ...weighted(reward, maxWeight), denominator: [0, maxWeight] }),
    },
    options,
    ['discount'],
  );
}

/**
 * Per-decision importance sampling (Precup, Sutton and Singh 2000): the mean of `sum_t gamma^(t-1) w_1 ... w_t r_t`. A
 * reward is weighted only by the decisions up to it. Unbiased.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function perDecisionIps(log: TrajectoryLog, options: TrajectoryOptions = {}): ValueEstimate {
  const { reward } = log;
  const terms = foldTrajectories(log, options, (state, weight, row, discount) => ({
    weight: state.weight * weight,
    sum: state.sum + discount * state.weight * weight * reward[row],
  }));
  return estimateOf({ rows: terms.length, numerator: (k) => terms[k].sum, ranges: weighted }, options, ['discount']);
}

/**
 * Consistent weighted per-decision importance sampling (Thomas 2015): the weights of each step are divided by their
 * mean over all trajectories. A trajectory that has ended keeps its weight and earns 0. The standard error is by the
 * delta method.
 * @throws {InvalidOptionError} if the log or an option is invalid, or all weights of a step are 0.
 */
export function weightedPerDecisionIps(log: TrajectoryLog, options: TrajectoryOptions = {}): ValueEstimate {
  const rows = groupRows(log, options);
  const { reward, weight, discount } = rows;
  const steps = Math.max(...rows.lists.map(({ length }) => length));
  const running = new Float64Array(rows.lists.length).fill(1);
  const influence = new Float64Array(rows.lists.length);
  let [value, factor] = [0, 1];
  for (let step = 0; step < steps; step++, factor *= discount) {
    let [total, sum] = [0, 0];
    for (const [k, list] of rows.lists.entries()) {
      if (step < list.length) {
        running[k] *= weight[list[step]];
        checkProduct(running[k], `log.target[${list[step]}]`);
        sum += running[k] * reward[list[step]];
      }
      total += running[k];
    }
    if (total === 0) {
      const expected = `a policy that could have chosen some of the logged actions up to step ${step + 1}`;
      throw new InvalidOptionError('log.target', described('only weights of 0'), expected);
    }
    const [mean, stepValue] = [total / running.length, sum / total];
    value += factor * stepValue;
    for (const [k, list] of rows.lists.entries()) {
      influence[k] += (factor * running[k] * ((step < list.length ? reward[list[step]] : 0) - stepValue)) / mean;
    }
  }
  return estimateOf({ rows: influence.length, numerator: (k) => value + influence[k] }, options, ['discount']);
}

/**
 * The doubly robust estimator of trajectories (Jiang and Li 2016): backwards through each, `D_t = V(s_t) + w_t (r_t +
 * gamma D_{t+1} - Q(s_t, a_t))`, and the mean of `D_1`. Consistent if either the propensities or the value functions
 * are right; the better the value functions, the lower the variance.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function sequentialDoublyRobust(log: ModeledTrajectoryLog, options: TrajectoryOptions = {}): ValueEstimate {
  const { lists, reward, weight, discount } = groupRows(log, options);
  checkPredictions(log satisfies ModeledBanditLog);
  const terms = Float64Array.from(lists, (list) => {
    let after = 0;
    for (let place = list.length - 1; place >= 0; place--) {
      const row = list[place];
      after = log.vHat[row] + weight[row] * (reward[row] + discount * after - log.qHat[row]);
    }
    return after;
  });
  return estimateOf({ rows: terms.length, numerator: (k) => terms[k] }, options, ['discount']);
}

/**
 * The last step of fitted Q evaluation (Le, Voloshin and Yue 2019): the mean of `V(s_1)` over trajectories, with your
 * own value functions. No weights; the interval does not cover the bias of the value functions.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function fittedQEvaluation(log: ModeledTrajectoryLog, options: EstimateOptions = {}): ValueEstimate {
  const { lists } = groupRows(log, options);
  checkPredictions(log satisfies ModeledBanditLog);
  const numerator = (k: number): number => log.vHat[lists[k][0]];
  const ranges = (reward: readonly [number, number]) => ({ numerator: reward, denominator: [1, 1] as const });
  return estimateOf({ rows: lists.length, numerator, ranges }, options);
}

/** A checked log with its importance weights, grouped by trajectory. */
interface GroupedRows {
  readonly reward: ArrayLike<number>;
  readonly weight: Float64Array;
  readonly discount: number;
  /** The rows of each trajectory, in order. */
  readonly lists: readonly (readonly number[])[];
}

function groupRows(log: TrajectoryLog, options: TrajectoryOptions): GroupedRows {
  checkObject('options', options, 'an object with discount');
  const { discount = 1 } = options;
  const weight = importanceWeights(log);
  const { trajectory, reward } = log;
  checkList('log.trajectory', trajectory, 'an array with the trajectory of each row');
  if (trajectory.length !== weight.length) {
    throw new InvalidOptionError(
      'log.trajectory',
      described(counted(trajectory.length, 'value')),
      `${counted(weight.length, 'value')}, like reward`,
    );
  }
  if (!(typeof discount === 'number' && discount >= 0 && discount <= 1))
    throw new InvalidOptionError('discount', discount, 'a number from 0 to 1');
  const lists = new Map<number, number[]>();
  for (let row = 0; row < weight.length; row++) {
    if (!Number.isSafeInteger(trajectory[row])) {
      const expected = `an integer of at most ${Number.MAX_SAFE_INTEGER}: number trajectories from 0`;
      throw new InvalidOptionError(`log.trajectory[${row}]`, trajectory[row], expected);
    }
    const list = lists.get(trajectory[row]);
    if (list === undefined) lists.set(trajectory[row], [row]);
    else list.push(row);
  }
  return { reward, weight, discount, lists: [...lists.values()] };
}

/** State of a fold over a trajectory. */
interface FoldState {
  readonly weight: number;
  readonly sum: number;
}

/** Folds each trajectory over its rows with the product of weights, a sum, and the discount of the step. */
function foldTrajectories(
  log: TrajectoryLog,
  options: TrajectoryOptions,
  next: (state: FoldState, weight: number, row: number, discount: number) => FoldState,
): FoldState[] {
  const { lists, weight, discount } = groupRows(log, options);
  return lists.map((list) => {
    let state: FoldState = { weight: 1, sum: 0 };
    let factor = 1;
    for (const row of list) {
      state = next(state, weight[row], row, factor);
      checkProduct(state.weight, `log.target[${row}]`);
      factor *= discount;
    }
    return state;
  });
}

/**
 * The weight of each trajectory (the product over its rows) and its discounted return.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function trajectoryTerms(
  log: TrajectoryLog,
  options: TrajectoryOptions,
): { readonly weight: Float64Array; readonly returns: readonly number[] } {
  const { reward } = log;
  const ends = foldTrajectories(log, options, (state, weight, row, discount) => ({
    weight: state.weight * weight,
    sum: state.sum + discount * reward[row],
  }));
  return { weight: Float64Array.from(ends, ({ weight }) => weight), returns: ends.map(({ sum }) => sum) };
}
