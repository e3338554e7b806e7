import { InvalidOptionError } from '../errors.js';
import { normalQuantile } from './normal-quantile.js';

/** What a policy is worth a decision, by an estimator. */
export interface ValueEstimate {
  readonly value: number;
  /** Of the value; asymptotic. 0 with one row, of which nothing can be told. */
  readonly standardError: number;
  /** `value -+ z standardError`. */
  readonly lower: number;
  readonly upper: number;
  readonly confidence: number;
  readonly rows: number;
}

/** Options of every estimator. */
export interface EstimateOptions {
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/**
 * A value with its interval, from the sum and the sum of squares about it of what each row says.
 * @param squares `sum (term - value)^2`.
 */
export function valueEstimate(value: number, squares: number, rows: number, confidence = 0.95): ValueEstimate {
  if (!(confidence > 0 && confidence < 1)) {
    throw new InvalidOptionError('confidence', confidence, 'a number between 0 and 1');
  }
  const standardError = rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) : 0;
  const half = normalQuantile((1 + confidence) / 2) * standardError;
  return { value, standardError, lower: value - half, upper: value + half, confidence, rows };
}

/** The mean of what each row says, with its interval; two passes, nothing kept. */
export function meanEstimate(term: (row: number) => number, rows: number, confidence?: number): ValueEstimate {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += term(row);
  const value = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (term(row) - value) ** 2;
  return valueEstimate(value, squares, rows, confidence);
}
