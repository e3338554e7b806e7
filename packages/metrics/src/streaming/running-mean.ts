import { checkInteger, checkObject, InvalidOptionError } from '@ialp/core';
import { studentTQuantile } from '../distributions/student-t.js';
import {
  type ConfidenceInterval,
  type ConfidenceIntervalOptions,
  confidenceInterval,
  VALUE_ROUNDING,
} from '../intervals/aggregate.js';
import { hasSpread } from '../ope/value-estimate.js';

/** What a running mean keeps; plain numbers, to be stored or sent as JSON. */
export interface RunningMeanState {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** A mean of values that come one at a time. */
export interface RunningMean {
  /** One more value. @throws {InvalidOptionError} where it is not finite. */
  add(value: number): void;
  /** All values of another one, as if they had been added here. @throws {InvalidOptionError} where it is no such state. */
  merge(other: RunningMeanState): void;
  /** What it keeps. */
  state(): RunningMeanState;
  /** The mean with its interval, as `confidenceInterval` gives it: without one where all values are the same. Null before the first value. @throws {InvalidOptionError} */
  interval(options?: ConfidenceIntervalOptions): ConfidenceInterval | null;
}

/**
 * The mean and the spread of a stream in one pass and constant memory (Welford 1962); merged across processes (Chan, Golub and LeVeque 1979).
 * Of any measure of a list or a session: rewards, lengths, NDCG, repetition.
 * @param from a state to go on from.
 * @throws {InvalidOptionError}
 */
export function createRunningMean(from?: RunningMeanState): RunningMean {
  let [count, mean, squares] = [0, 0, 0];
  const take = (nextCount: number, nextMean: number, nextSquares: number): void => {
    if (!(Number.isFinite(nextMean) && Number.isFinite(nextSquares))) {
      const expected = 'values whose squares have a finite sum';
      throw new InvalidOptionError('value', `values with the sum of squares ${nextSquares}`, expected);
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
      // Of one value: checks the options, and says that nothing is known of the spread.
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
  checkObject('state', state, 'what state() of a running mean gave');
  const { count, mean, squares } = state;
  checkInteger('state.count', count, 0);
  if (!Number.isFinite(mean)) throw new InvalidOptionError('state.mean', mean, 'a finite number');
  if (!(typeof squares === 'number' && squares >= 0 && squares < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('state.squares', squares, 'a number of at least 0');
  }
  if (count === 0 && mean !== 0) throw new InvalidOptionError('state.mean', mean, '0, as count is');
  if (count < 2 && squares !== 0) throw new InvalidOptionError('state.squares', squares, `0, as count is ${count}`);
}
