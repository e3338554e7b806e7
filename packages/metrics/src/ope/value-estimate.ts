import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { normalQuantile } from '../distributions/normal.js';

/** What a policy is worth a decision (or a trajectory, or a slate), by an estimator. */
export interface ValueEstimate {
  readonly value: number;
  /**
   * Of the value; asymptotic. Null where the rows show no spread: with one row, where one row alone has a weight, or where all
   * say the same. That is not certainty, it says nothing of the error.
   */
  readonly standardError: number | null;
  /**
   * Ends of the interval; by default `value -+ z standardError`. Null where the rows show no spread, unless by
   * `empiricalBernsteinInterval`, which has ends for any rows.
   */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly confidence: number;
  /** Of the log; for trajectories, their number. */
  readonly rows: number;
}

/** The ends of an interval; null where nothing can be told of them. */
export interface Ends {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** What each row says: an estimate is `sum numerator / sum denominator`. */
export interface RowTerms {
  readonly rows: number;
  readonly value: number;
  numerator(row: number): number;
  /** 1 where the estimate is a mean. */
  denominator(row: number): number;
  /**
   * Where numerators and denominators must lie if rewards lie in `reward` and weights are at most `maxWeight`; null where that
   * does not follow.
   */
  readonly ranges: ((reward: readonly [number, number], maxWeight: number) => TermRanges) | null;
}

/** `[least, greatest]` of each. */
export interface TermRanges {
  readonly numerator: readonly [number, number];
  readonly denominator: readonly [number, number];
}

/** A way to find an interval: `bootstrapInterval` and `empiricalBernsteinInterval` make others than the asymptotic one. */
export type IntervalMethod = (terms: RowTerms, confidence: number) => Ends;

/** Options of every estimator. */
export interface EstimateOptions {
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** How the interval is found. Default: asymptotic, by the central limit theorem. */
  readonly interval?: IntervalMethod;
}

/** What an estimator knows of its terms. */
export type EstimatorTerms = Pick<RowTerms, 'rows' | 'numerator'> & Partial<Pick<RowTerms, 'denominator' | 'ranges'>>;

const one = (): number => 1;

/** Of a standard deviation, as a share of the terms' size: what is below it is rounding. */
const ROUNDING = 1e-7;

/**
 * Whether terms show a spread that is more than rounding.
 * @param squares the sum of their squared distances from what they should be.
 * @param sumOfSquares of the terms themselves.
 * @param rounding of a term, as a share of the terms' size.
 */
export function hasSpread(squares: number, rows: number, sumOfSquares: number, rounding = ROUNDING): boolean {
  return rows > 1 && squares > rounding ** 2 * sumOfSquares;
}

/** Whether the terms of an estimate show a spread. */
export function showSpread({ rows, value, numerator, denominator }: RowTerms): boolean {
  let [squares, sumOfSquares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    squares += (numerator(row) - value * denominator(row)) ** 2;
    sumOfSquares += numerator(row) ** 2;
  }
  return hasSpread(squares, rows, sumOfSquares);
}

/** Throws where an estimate is no number: rewards times weights, or their squares, leave the range of numbers. @throws {InvalidOptionError} */
export function checkFiniteEstimate(estimate: Readonly<Record<string, number | null>>): void {
  for (const [name, number] of Object.entries(estimate)) {
    if (number === null || Number.isFinite(number)) continue;
    throw new InvalidOptionError(
      'log',
      `rows that give a ${name} of ${number}`,
      'rewards, predictions and weights whose products and squares are finite numbers',
    );
  }
}

/** An estimate with its interval from what each row says; two passes, nothing stored. @throws {InvalidOptionError} */
export function estimateOf(given: EstimatorTerms, options: EstimateOptions): ValueEstimate {
  checkObject('options', options, 'an object');
  const { confidence = 0.95, interval } = options;
  checkConfidence(confidence);
  if (interval !== undefined && typeof interval !== 'function') {
    throw new InvalidOptionError('interval', interval, 'what bootstrapInterval or empiricalBernsteinInterval gave');
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
  // Of a ratio of means by the delta method; the denominators of a mean are 1.
  const standardError = hasSpread(squares, rows, sumOfSquares)
    ? Math.sqrt(squares / (rows - 1) / rows) / (total / rows)
    : null;
  checkFiniteEstimate({ 'standard error': standardError });
  const { lower, upper } =
    interval?.({ rows, value, numerator, denominator, ranges }, confidence) ??
    asymptoticEnds(value, standardError, confidence);
  return { value, standardError, lower, upper, confidence, rows };
}

/** `value -+ z standardError`. @throws {InvalidOptionError} where an end is beyond all numbers. */
export function asymptoticEnds(value: number, standardError: number | null, confidence: number): Ends {
  if (standardError === null) return { lower: null, upper: null };
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  const ends = { lower: value - half, upper: value + half };
  checkFiniteEstimate(ends);
  return ends;
}
