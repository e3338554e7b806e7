import { checkInteger, checkObject, described, InvalidOptionError } from '@ialp/core';
import { studentTQuantile } from '../distributions/student-t.js';
import {
  type ConfidenceInterval,
  type ConfidenceIntervalOptions,
  confidenceInterval,
  VALUE_ROUNDING,
} from '../intervals/aggregate.js';
import { hasSpread } from '../ope/value-estimate.js';

/** State of a `RunningMean`: plain numbers that can be stored or sent as JSON. */
export interface RunningMeanState {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared deviations from the mean. */
  readonly squares: number;
}

/** The mean of values that arrive one by one. */
export interface RunningMean {
  /** Adds a value. @throws {InvalidOptionError} if it is not finite. */
  add(value: number): void;
  /** Adds all values of another running mean. @throws {InvalidOptionError} if the state is invalid. */
  merge(other: RunningMeanState): void;
  /** A copy of the state, for `merge` or `createRunningMean`. */
  state(): RunningMeanState;
  /**
   * The mean with its interval, as `confidenceInterval` computes it: without ends if all values are equal. Null before
   * the first value.
   * @throws {InvalidOptionError} if an option is invalid.
   */
  interval(options?: ConfidenceIntervalOptions): ConfidenceInterval | null;
}

/**
 * Mean and standard deviation in one pass and constant memory (Welford 1962), for any measure: rewards, lengths, NDCG,
 * repetition. States can be merged across processes (Chan, Golub and LeVeque 1979).
 * @param from a state to continue from. Default: empty.
 * @throws {InvalidOptionError} if the state is invalid.
 */
export function createRunningMean(from?: RunningMeanState): RunningMean {
  let [count, mean, squares] = [0, 0, 0];
  const take = (nextCount: number, nextMean: number, nextSquares: number): void => {
    if (!(Number.isFinite(nextMean) && Number.isFinite(nextSquares))) {
      const expected = 'values whose squares have a finite sum';
      throw new InvalidOptionError('value', described(`values with the sum of squares ${nextSquares}`), expected);
    }
    [count, mean, squares] = [nextCount, nextMean, nextSquares];
  };
  const running: RunningMean = {
    add(value) {
      if (!Number.isFinite(value)) throw new InvalidOptionError('value', value, 'a finite number');
      const difference = value - mean;
      const next = mean + difference / (count + 1);
      take(count + 1, next, squares + difference * (value - next));
    },
    merge(other) {
      checkState(other);
      if (other.count === 0) return;
      const total = count + other.count;
      const difference = other.mean - mean;
      const added = other.squares + (difference * difference * count * other.count) / total;
      take(total, mean + (difference * other.count) / total, squares + added);
    },
    state: () => ({ count, mean, squares }),
    interval(options = {}) {
      if (count === 0) return null;
      // For one value: checks the options; the ends are null.
      const one = confidenceInterval([mean], options);
      if (count === 1) return one;
      if (!hasSpread(squares, count, squares + count * mean ** 2, VALUE_ROUNDING))
        return { ...one, standardDeviation: 0, count };
      const standardDeviation = Math.sqrt(squares / (count - 1));
      const half = (studentTQuantile((1 + one.confidence) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
      return { ...one, lower: mean - half, upper: mean + half, standardDeviation, count };
    },
  };
  if (from !== undefined) running.merge(from);
  return running;
}

function checkState(state: RunningMeanState): void {
  checkObject('state', state, 'the result of state() of a running mean');
  const { count, mean, squares } = state;
  checkInteger('state.count', count, 0);
  if (!Number.isFinite(mean)) throw new InvalidOptionError('state.mean', mean, 'a finite number');
  if (!(typeof squares === 'number' && squares >= 0 && squares < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('state.squares', squares, 'a number of at least 0');
  }
  if (count === 0 && mean !== 0) throw new InvalidOptionError('state.mean', mean, '0, because count is 0');
  if (count < 2 && squares !== 0)
    throw new InvalidOptionError('state.squares', squares, `0, because count is ${count}`);
}
