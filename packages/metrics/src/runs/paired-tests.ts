import { checkInteger, checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { uniformOf } from '../checks.js';
import { studentTTwoSided } from '../distributions/student-t.js';
import { meanOf, type UniformRandom } from './scores.js';

/** Result of a test of two methods on the same seeds. */
export interface PairedTest {
  /** Mean of `a - b`. */
  readonly difference: number;
  /** Two-sided p-value: the probability of a difference at least this far from 0 if the methods do not differ. */
  readonly pValue: number;
  /** Number of pairs. */
  readonly count: number;
}

/**
 * Paired t-test, exact for normally distributed differences. If all differences are equal, their variance is 0:
 * `pValue` is then 1 if they are 0, and otherwise 0, however few they are. Two pairs with equal differences by chance
 * thus appear certain; `signFlipTest` does not have this problem.
 * @throws {InvalidOptionError} if the lists differ in length, have fewer than two values, or a value is not finite.
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
  /** Number of random sign patterns if there are too many to try all. Default 10,000. */
  readonly resamples?: number;
  /** Random generator of the sign patterns. */
  readonly random: UniformRandom;
}

/** Up to this number of pairs all sign patterns are tried. */
const MAX_EXACT_PAIRS = 14;

/**
 * The sign-flip test (Fisher's randomisation test of pairs, 1935): if the methods do not differ, both signs of each
 * difference are equally likely. No distributional assumptions. Exact up to 14 pairs, where all patterns are tried;
 * with five pairs the p-value is at least 1/16.
 * @throws {InvalidOptionError} if the lists differ in length, have fewer than two values, or a value or an option is
 *   invalid.
 */
export function signFlipTest(a: readonly number[], b: readonly number[], options: SignFlipOptions): PairedTest {
  checkObject('options', options, 'an object with random');
  const { resamples = 10_000, random } = options;
  const uniform = uniformOf(random);
  checkInteger('resamples', resamples, 1);
  const differences = differencesOf(a, b);
  const count = differences.length;
  const found = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums in another order differ by rounding.
  const asFar = found - 1e-12 * differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const reaches = (isFlipped: (pair: number) => boolean): boolean => {
    let sum = 0;
    for (let pair = 0; pair < count; pair++) sum += isFlipped(pair) ? -differences[pair] : differences[pair];
    return Math.abs(sum) >= asFar;
  };
  let hits = 0;
  if (count <= MAX_EXACT_PAIRS) {
    const patterns = 2 ** count;
    for (let pattern = 0; pattern < patterns; pattern++) if (reaches((pair) => (pattern >> pair) % 2 === 1)) hits++;
    return { difference: meanOf(differences), pValue: hits / patterns, count };
  }
  for (let k = 0; k < resamples; k++) if (reaches(() => uniform() < 0.5)) hits++;
  // The observed pattern counts as one of the samples, so that the p-value is never too small (Phipson and Smyth 2010).
  return { difference: meanOf(differences), pValue: (hits + 1) / (resamples + 1), count };
}

function differencesOf(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) {
    throw new InvalidOptionError(
      'b',
      described(counted(b.length, 'value')),
      `${counted(a.length, 'value')}, one per seed of a`,
    );
  }
  if (a.length < 2) throw new InvalidOptionError('a', described(counted(a.length, 'value')), 'at least two values');
  return a.map((value, pair) => {
    const difference = value - b[pair];
    if (Number.isFinite(value) && Number.isFinite(b[pair]) && Number.isFinite(difference)) return difference;
    const name = Number.isFinite(value) ? 'b' : 'a';
    throw new InvalidOptionError(`${name}[${pair}]`, name === 'a' ? value : b[pair], 'a finite number');
  });
}
