import { checkOptionNames, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { normalQuantile } from '../distributions/normal.js';

/** Estimated value of a policy per decision (or per trajectory, or per slate). */
export interface ValueEstimate {
  /** The estimate, in the unit of the reward. */
  readonly value: number;
  /**
   * Asymptotic standard error of the value. Null if the rows have no spread: a single row, only one row with a weight,
   * or all rows equal. That is not certainty: the error is unknown.
   */
  readonly standardError: number | null;
  /**
   * Lower end of the interval; `value -+ z standardError` by default. Null if the rows have no spread, except with
   * `empiricalBernsteinInterval`.
   */
  readonly lower: number | null;
  /** Upper end of the interval; null like `lower`. */
  readonly upper: number | null;
  /** Confidence of the interval, between 0 and 1. */
  readonly confidence: number;
  /** Number of rows; for trajectories and slates, their number. */
  readonly rows: number;
}

/** The ends of an interval; null if they are unknown. */
export interface Ends {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The terms of each row; the estimate is `sum numerator / sum denominator`. */
export interface RowTerms {
  readonly rows: number;
  readonly value: number;
  numerator(row: number): number;
  /** 1 for all rows if the estimate is a mean. */
  denominator(row: number): number;
  /**
   * Ranges of numerators and denominators for rewards in the range `reward` and weights of at most `maxWeight`; null if
   * they do not follow from these.
   */
  readonly ranges: ((reward: readonly [number, number], maxWeight: number) => TermRanges) | null;
}

/** Smallest and largest possible value of the terms. */
export interface TermRanges {
  readonly numerator: readonly [number, number];
  readonly denominator: readonly [number, number];
}

/** Computes an interval; `bootstrapInterval` and `empiricalBernsteinInterval` create such functions. */
export type IntervalMethod = (terms: RowTerms, confidence: number) => Ends;

/** Options of every estimator. */
export interface EstimateOptions {
  /** Confidence of the interval, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Method for the interval. Default: asymptotic, by the central limit theorem. */
  readonly interval?: IntervalMethod;
}

/** What an estimator passes to `estimateOf`. */
export type EstimatorTerms = Pick<RowTerms, 'rows' | 'numerator'> & Partial<Pick<RowTerms, 'denominator' | 'ranges'>>;

const one = (): number => 1;

/** A standard deviation below this share of the terms' size is rounding error. */
const ROUNDING = 1e-7;

/**
 * Whether the spread of the terms exceeds rounding error.
 * @param squares sum of the squared deviations.
 * @param sumOfSquares sum of the squared terms.
 * @param rounding relative rounding error of a term.
 */
export function hasSpread(squares: number, rows: number, sumOfSquares: number, rounding = ROUNDING): boolean {
  return rows > 1 && squares > rounding ** 2 * sumOfSquares;
}

/** Whether the terms of an estimate have a spread. */
export function termsHaveSpread({ rows, value, numerator, denominator }: RowTerms): boolean {
  let [squares, sumOfSquares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    squares += (numerator(row) - value * denominator(row)) ** 2;
    sumOfSquares += numerator(row) ** 2;
  }
  return hasSpread(squares, rows, sumOfSquares);
}

/**
 * Checks that estimates are finite: products of rewards and weights, or their squares, may overflow.
 * @throws {InvalidOptionError} if one is not.
 */
export function checkFiniteEstimate(estimate: Readonly<Record<string, number | null>>): void {
  for (const [name, number] of Object.entries(estimate)) {
    if (number === null || Number.isFinite(number)) continue;
    throw new InvalidOptionError(
      'log',
      described(`rows whose ${name} is ${number}`),
      'rewards, predictions and weights whose products and squares are finite numbers',
    );
  }
}

/** Names of the options of every estimator. */
const OPTIONS = ['confidence', 'interval'];

/**
 * Computes an estimate with its interval from the terms of each row, in two passes and constant memory.
 * @param others names of the estimator's own options.
 * @throws {InvalidOptionError} if an option is invalid, or the estimate is not finite.
 */
export function estimateOf(
  given: EstimatorTerms,
  options: EstimateOptions,
  others: readonly string[] = [],
): ValueEstimate {
  checkOptionNames(options, [...others, ...OPTIONS]);
  const { confidence = 0.95, interval } = options;
  checkConfidence(confidence);
  if (interval !== undefined && typeof interval !== 'function') {
    throw new InvalidOptionError('interval', interval, 'the result of bootstrapInterval or empiricalBernsteinInterval');
  }
  const { rows, numerator, denominator = one, ranges = null } = given;
  let [sum, total, sumOfSquares] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const term = numerator(row);
    sum += term;
    total += denominator(row);
    sumOfSquares += term * term;
  }
  const value = sum / total;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (numerator(row) - value * denominator(row)) ** 2;
  checkFiniteEstimate({ value, 'sum of squares': squares });
  // Standard error of a ratio of means by the delta method; for a mean all denominators are 1.
  const standardError = hasSpread(squares, rows, sumOfSquares)
    ? Math.sqrt(squares / (rows - 1) / rows) / (total / rows)
    : null;
  checkFiniteEstimate({ 'standard error': standardError });
  const { lower, upper } =
    interval?.({ rows, value, numerator, denominator, ranges }, confidence) ??
    asymptoticEnds(value, standardError, confidence);
  return { value, standardError, lower, upper, confidence, rows };
}

/** `value -+ z standardError`. @throws {InvalidOptionError} if an end is not finite. */
export function asymptoticEnds(value: number, standardError: number | null, confidence: number): Ends {
  if (standardError === null) return { lower: null, upper: null };
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  const ends = { lower: value - half, upper: value + half };
  checkFiniteEstimate(ends);
  return ends;
}
