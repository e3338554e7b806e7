import { InvalidOptionError } from '@ialp/core';
import { checkConfidence, checkList } from '../checks.js';
import { studentTQuantile } from '../distributions/student-t.js';
import { hasSpread } from '../ope/value-estimate.js';
import type { RewardCurve } from '../sessions/windows.js';

/** Of values that were measured, or their differences: a few times that of double precision. */
export const VALUE_ROUNDING = 1e-14;

/** A mean with its confidence interval. */
export interface ConfidenceInterval {
  readonly mean: number;
  /** Null with one value, and where all values are the same: then they do not tell how far the mean may be from the true one. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Of the values, with `n - 1`. Null with one value; 0 where all are the same. */
  readonly standardDeviation: number | null;
  /** Values. */
  readonly count: number;
  /** The probability with which such intervals contain the true mean. */
  readonly confidence: number;
}

/** Options of `confidenceInterval`. */
export interface ConfidenceIntervalOptions {
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/**
 * The mean of values from independent seeds, with Student's t interval `mean +- t_(n-1) s / sqrt(n)`. Exact where the
 * values are normal; with few seeds that is an assumption. There is no interval, `lower` and `upper` are null, where the values show no
 * spread (one value, or all the same but for rounding): one of width 0 would claim certainty.
 * @throws {InvalidOptionError} for no values, one that is not finite, or a confidence out of range.
 */
export function confidenceInterval(
  values: readonly number[],
  { confidence = 0.95 }: ConfidenceIntervalOptions = {},
): ConfidenceInterval {
  checkList('values', values, 'a list of numbers');
  if (values.length === 0) throw new InvalidOptionError('values', '[]', 'at least one number');
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

/** Sizes whose squares, and sums of squares, are neither infinite nor 0. */
const [LEAST_SIZE, MOST_SIZE] = [2 ** -480, 2 ** 480];

/** The power of two by which values are divided, so that their squares are numbers; 1 for those of a usual size. */
function scaleOf(values: readonly number[]): number {
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (size === 0 || (size >= LEAST_SIZE && size <= MOST_SIZE)) return 1;
  return 2 ** Math.max(-1022, Math.floor(Math.log2(size)));
}

/** @throws {InvalidOptionError} where the interval is beyond all numbers. */
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
    throw new InvalidOptionError('values', `values with ${name} ${value}`, 'values whose interval has finite ends');
  }
  return { ...interval, ...back };
}

/**
 * The mean difference `a - b` of two methods on the same seeds, with its interval. Effects of a seed that both
 * share cancel out, so it tells methods apart sooner than two intervals do. There is no interval where all differences are the same, as of a
 * method and itself.
 * @throws {InvalidOptionError} also where the lists differ in length.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  options?: ConfidenceIntervalOptions,
): ConfidenceInterval {
  for (const [name, values] of Object.entries({ a, b })) {
    checkList(name, values, 'a list of numbers');
    for (let seed = 0; seed < values.length; seed++) {
      if (!Number.isFinite(values[seed]))
        throw new InvalidOptionError(`${name}[${seed}]`, values[seed], 'a finite number');
    }
  }
  if (a.length !== b.length)
    throw new InvalidOptionError('b', `${b.length} values`, `${a.length}, one for each of a's seeds`);
  return confidenceInterval(
    a.map((value, seed) => value - b[seed]),
    options,
  );
}

/** A learning curve over seeds: `mean` with `lower` and `upper`. `mean` is null where no seed has a value, the others also where one has or all have the same. */
export interface CurveInterval {
  readonly interactions: number[];
  readonly mean: (number | null)[];
  readonly lower: (number | null)[];
  readonly upper: (number | null)[];
}

/**
 * Brings the curves of several seeds together, point by point.
 * @throws {InvalidOptionError} for no curves, or curves of different points.
 */
export function aggregateCurves(curves: readonly RewardCurve[], options?: ConfidenceIntervalOptions): CurveInterval {
  if (curves.length === 0) throw new InvalidOptionError('curves', '[]', 'at least one curve');
  const [{ interactions }] = curves;
  for (const [seed, curve] of curves.entries()) {
    if (curve.interactions.length === interactions.length && curve.interactions.every((x, k) => x === interactions[k]))
      continue;
    throw new InvalidOptionError(
      `curves[${seed}].interactions`,
      `[${curve.interactions}]`,
      `the points of the first curve`,
    );
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
