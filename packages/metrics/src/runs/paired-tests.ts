import { checkInteger, checkObject, InvalidOptionError } from '@ialp/core';
import { uniformOf } from '../checks.js';
import { studentTTwoSided } from '../distributions/student-t.js';
import { meanOf, type UniformRandom } from './scores.js';

/** What a test of two methods on the same seeds found. */
export interface PairedTest {
  /** Mean of `a - b`. */
  readonly difference: number;
  /** How likely a difference as far from 0 is if the methods do not differ; two-sided. */
  readonly pValue: number;
  /** Pairs. */
  readonly count: number;
}

/**
 * Student's t-test of pairs: exact where differences are normal. If all differences are equal, their variance is 0:
 * `pValue` is then 1 if they are 0, and 0 if they are not, however few they are. Two pairs whose differences are equal by
 * chance thus appear certain; `signFlipTest` is not misled.
 * @throws {InvalidOptionError} also for fewer than two pairs.
 */
export function pairedTTest(a: readonly number[], b: readonly number[]): PairedTest {
  const differences = differencesOf(a, b);
  const [count, difference] = [differences.length, meanOf(differences)];
  const squares = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  // All differences are equal: the standard error is 0 and the t statistic undefined.
  const pValue = error === 0 ? (difference === 0 ? 1 : 0) : studentTTwoSided(difference / error, count - 1);
  return { difference, pValue, count };
}

/** Options of `signFlipTest`. */
export interface SignFlipOptions {
  /** How many sign patterns are drawn where there are too many to try all. Default 10,000. */
  readonly resamples?: number;
  readonly random: UniformRandom;
}

/** Up to so many pairs all sign patterns are tried. */
const EXACT = 14;

/**
 * The sign-flip test (Fisher's randomisation test of pairs, 1935): if the methods do not differ, each difference could as well have had the
 * other sign. Assumes nothing of their distribution. Up to 14 pairs all patterns are tried, and the answer is exact; with five pairs it
 * is never below 1/16.
 * @throws {InvalidOptionError} also for fewer than two pairs.
 */
export function signFlipTest(a: readonly number[], b: readonly number[], options: SignFlipOptions): PairedTest {
  checkObject('options', options, 'an object with random');
  const { resamples = 10_000, random } = options;
  const uniform = uniformOf(random);
  checkInteger('resamples', resamples, 1);
  const differences = differencesOf(a, b);
  const count = differences.length;
  const found = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order differ by rounding.
  const asFar = found - 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const reaches = (isFlipped: (pair: number) => boolean): boolean => {
    let sum = 0;
    for (let pair = 0; pair < count; pair++) sum += isFlipped(pair) ? -differences[pair] : differences[pair];
    return Math.abs(sum) >= asFar;
  };
  let hits = 0;
  if (count <= EXACT) {
    const patterns = 2 ** count;
    for (let pattern = 0; pattern < patterns; pattern++) if (reaches((pair) => (pattern >> pair) % 2 === 1)) hits++;
    return { difference: meanOf(differences), pValue: hits / patterns, count };
  }
  for (let k = 0; k < resamples; k++) if (reaches(() => uniform() < 0.5)) hits++;
  // The pattern that was seen counts as one of those drawn, so that the test is never too sure (Phipson and Smyth 2010).
  return { difference: meanOf(differences), pValue: (hits + 1) / (resamples + 1), count };
}

function differencesOf(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) {
    throw new InvalidOptionError('b', `${b.length} values`, `${a.length}, one for each of a's seeds`);
  }
  if (a.length < 2) throw new InvalidOptionError('a', `${a.length} values`, 'at least two');
  return a.map((value, pair) => {
    const difference = value - b[pair];
    if (Number.isFinite(value) && Number.isFinite(b[pair]) && Number.isFinite(difference)) return difference;
    const name = Number.isFinite(value) ? 'b' : 'a';
    throw new InvalidOptionError(`${name}[${pair}]`, name === 'a' ? value : b[pair], 'a finite number');
  });
}
