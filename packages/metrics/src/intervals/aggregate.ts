import { checkOptionNames, counted, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence, checkList } from '../checks.js';
import { studentTQuantile } from '../distributions/student-t.js';
import { hasSpread } from '../ope/value-estimate.js';
import type { RewardCurve } from '../sessions/windows.js';

/** Relative rounding error of measured values and their differences: a few times that of double precision. */
export const VALUE_ROUNDING = 1e-14;

/** A mean with its confidence interval. */
export interface ConfidenceInterval {
  readonly mean: number;
  /** Lower end. Null for a single value, and if all values are equal: then the distance to the true mean is unknown. */
  readonly lower: number | null;
  /** Upper end; null like `lower`. */
  readonly upper: number | null;
  /** Sample standard deviation (divided by `n - 1`). Null for a single value; 0 if all are equal. */
  readonly standardDeviation: number | null;
  /** Number of values. */
  readonly count: number;
  /** Probability that such intervals contain the true mean. */
  readonly confidence: number;
}

/** Options of `confidenceInterval`. */
export interface ConfidenceIntervalOptions {
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/**
 * The mean over independent seeds with Student's t interval `mean +- t_(n-1) s / sqrt(n)`, which is exact for normally
 * distributed values. `lower` and `upper` are null if the values have no spread (a single value, or all equal up to
 * rounding): an interval of width 0 would claim certainty.
 * @throws {InvalidOptionError} if there are no values, one is not finite, or the confidence is out of range.
 */
export function confidenceInterval(
  values: readonly number[],
  options: ConfidenceIntervalOptions = {},
): ConfidenceInterval {
  checkList('values', values, 'an array of numbers');
  checkOptionNames(options, ['confidence']);
  const { confidence = 0.95 } = options;
  if (values.length === 0) throw new InvalidOptionError('values', values, 'at least one number');
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`values[${wrong}]`, values[wrong], 'a finite number');
  checkConfidence(confidence);
  const scale = scaleOf(values);
  if (scale !== 1) {
    const scaled = confidenceInterval(
      values.map((value) => value / scale),
      { confidence },
    );
    return scaledBack(scaled, scale);
  }
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, lower: null, upper: null, standardDeviation: null, count, confidence };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sumOfSquares = values.reduce((sum, value) => sum + value ** 2, 0);
  if (!hasSpread(squares, count, sumOfSquares, VALUE_ROUNDING)) {
    return { mean, lower: null, upper: null, standardDeviation: 0, count, confidence };
  }
  const standardDeviation = Math.sqrt(squares / (count - 1));
  const half = (studentTQuantile((1 + confidence) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
  return { mean, lower: mean - half, upper: mean + half, standardDeviation, count, confidence };
}

/** Magnitudes whose squares and sums of squares neither overflow nor underflow. */
const [MIN_SIZE, MAX_SIZE] = [2 ** -480, 2 ** 480];

/** The power of two by which values are divided so that their squares are representable; 1 for values of usual size. */
function scaleOf(values: readonly number[]): number {
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (size === 0 || (size >= MIN_SIZE && size <= MAX_SIZE)) return 1;
  return 2 ** Math.max(-1022, Math.floor(Math.log2(size)));
}

/** @throws {InvalidOptionError} if the scaled interval is not finite. */
function scaledBack(interval: ConfidenceInterval, scale: number): ConfidenceInterval {
  const times = (value: number | null): number | null => (value === null ? null : value * scale);
  const { mean, lower, upper, standardDeviation } = interval;
  const back = {
    mean: mean * scale,
    lower: times(lower),
    upper: times(upper),
    standardDeviation: times(standardDeviation),
  };
  for (const [name, value] of Object.entries(back)) {
    if (value === null || Number.isFinite(value)) continue;
    throw new InvalidOptionError(
      'values',
      described(`values with ${name} ${value}`),
      'values whose interval has finite ends',
    );
  }
  return { ...interval, ...back };
}

/**
 * The mean difference `a - b` of two methods on the same seeds with its interval. Effects of the seed cancel out, so
 * fewer seeds are needed than with two separate intervals. `lower` and `upper` are null if all differences are equal.
 * @throws {InvalidOptionError} if the lists differ in length or a value is not finite.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  options?: ConfidenceIntervalOptions,
): ConfidenceInterval {
  for (const [name, values] of Object.entries({ a, b })) {
    checkList(name, values, 'an array of numbers');
    for (let seed = 0; seed < values.length; seed++) {
      if (!Number.isFinite(values[seed]))
        throw new InvalidOptionError(`${name}[${seed}]`, values[seed], 'a finite number');
    }
  }
  if (a.length !== b.length)
    throw new InvalidOptionError(
      'b',
      described(counted(b.length, 'value')),
      `${counted(a.length, 'value')}, one per seed of a`,
    );
  return confidenceInterval(
    a.map((value, seed) => value - b[seed]),
    options,
  );
}

/**
 * A learning curve over seeds. `mean` is null at points where no seed has a value; `lower` and `upper` also where only
 * one seed has a value or all values are equal.
 */
export interface CurveInterval {
  readonly interactions: number[];
  readonly mean: (number | null)[];
  readonly lower: (number | null)[];
  readonly upper: (number | null)[];
}

/**
 * Aggregates the curves of several seeds, point by point.
 * @throws {InvalidOptionError} if there are no curves, or their points differ.
 */
export function aggregateCurves(curves: readonly RewardCurve[], options?: ConfidenceIntervalOptions): CurveInterval {
  if (curves.length === 0) throw new InvalidOptionError('curves', curves, 'at least one curve');
  const [{ interactions }] = curves;
  for (const [seed, curve] of curves.entries()) {
    if (curve.interactions.length === interactions.length && curve.interactions.every((x, k) => x === interactions[k]))
      continue;
    throw new InvalidOptionError(`curves[${seed}].interactions`, curve.interactions, `the points of the first curve`);
  }
  const points = interactions.map((_, k) => {
    const values = curves.map((curve) => curve.reward[k]).filter((value) => value !== null);
    return values.length === 0 ? { mean: null, lower: null, upper: null } : confidenceInterval(values, options);
  });
  return {
    interactions: [...interactions],
    mean: points.map((point) => point.mean),
    lower: points.map((point) => point.lower),
    upper: points.map((point) => point.upper),
  };
}
