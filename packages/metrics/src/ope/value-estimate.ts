import { normalQuantile } from '../distributions/normal.js';
import { InvalidOptionError } from '../errors.js';

/** What a policy is worth a decision (or a trajectory, or a slate), by an estimator. */
export interface ValueEstimate {
  readonly value: number;
  /** Of the value; asymptotic. 0 with one row, of which nothing can be told. */
  readonly standardError: number;
  /** Ends of the interval; by default `value -+ z standardError`. */
  readonly lower: number;
  readonly upper: number;
  readonly confidence: number;
  /** Of the log; for trajectories, their number. */
  readonly rows: number;
}

/** The ends of an interval. */
export interface Ends {
  readonly lower: number;
  readonly upper: number;
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

/** An estimate with its interval from what each row says; two passes, nothing kept. @throws {InvalidOptionError} */
export function estimateOf(given: EstimatorTerms, { confidence = 0.95, interval }: EstimateOptions): ValueEstimate {
  if (!(confidence > 0 && confidence < 1)) {
    throw new InvalidOptionError('confidence', confidence, 'a number between 0 and 1');
  }
  const { rows, numerator, denominator = one, ranges = null } = given;
  let [sum, total] = [0, 0];
  for (let row = 0; row < rows; row++) {
    sum += numerator(row);
    total += denominator(row);
  }
  const value = sum / total;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (numerator(row) - value * denominator(row)) ** 2;
  // Of a ratio of means by the delta method; the denominators of a mean are 1.
  const standardError = rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) / (total / rows) : 0;
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  const { lower, upper } = interval?.({ rows, value, numerator, denominator, ranges }, confidence) ?? {
    lower: value - half,
    upper: value + half,
  };
  return { value, standardError, lower, upper, confidence, rows };
}
