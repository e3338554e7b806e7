import { checkInteger, checkObject, InvalidOptionError } from '@ialp/core';
import { uniformOf } from '../checks.js';
import { quantile } from '../runs/bootstrap.js';
import type { UniformRandom } from '../runs/scores.js';
import { type Ends, type IntervalMethod, type RowTerms, showSpread } from './value-estimate.js';

/** Options of `bootstrapInterval`. */
export interface RowBootstrapOptions {
  /** How often rows are drawn anew. Default 1,000. */
  readonly resamples?: number;
  readonly random: UniformRandom;
}

/**
 * The percentile interval of a bootstrap over rows (Efron 1979): as many rows are drawn with replacement, and the estimate is made of
 * them, again and again. It follows skewed weights better than the asymptotic interval; time grows with rows times resamples. Null ends
 * where the rows show no spread.
 * @throws {InvalidOptionError}
 */
export function bootstrapInterval(options: RowBootstrapOptions): IntervalMethod {
  checkObject('options', options, 'an object with random');
  const { resamples = 1000, random } = options;
  checkInteger('resamples', resamples, 1);
  const uniform = uniformOf(random);
  return (terms, confidence) => {
    const { rows, numerator, denominator } = terms;
    // Every sample of one row, or of rows that say the same, is the same: its width would be 0.
    if (!showSpread(terms)) return { lower: null, upper: null };
    const numerators = Float64Array.from({ length: rows }, (_, row) => numerator(row));
    const denominators = Float64Array.from({ length: rows }, (_, row) => denominator(row));
    const values = new Float64Array(resamples);
    for (let k = 0; k < resamples; k++) {
      let [sum, total] = [0, 0];
      // A sample of which nothing can be told, all weights 0, is drawn again.
      for (let tries = 0; total === 0; tries++) {
        if (tries === MAX_DRAWS) throw notRandom();
        sum = 0;
        for (let draw = 0; draw < rows; draw++) {
          const row = Math.floor(uniform() * rows);
          sum += numerators[row];
          total += denominators[row];
        }
      }
      values[k] = sum / total;
    }
    values.sort();
    const tail = (1 - confidence) / 2;
    return { lower: quantile(values, tail), upper: quantile(values, 1 - tail) };
  };
}

/**
 * Samples that may be drawn in a row with all weights 0: by chance more than a third of them has a weight, so that so many never come.
 */
const MAX_DRAWS = 1000;

function notRandom(): InvalidOptionError {
  const found = `${MAX_DRAWS} samples in a row without a row that has a weight`;
  return new InvalidOptionError('random.uniform()', found, 'random numbers, such as those of createRandom(1)');
}

/** What the rounding of a reward, a propensity and a target to single precision may add to a term, as a share of it. */
const ROUNDING = 2 ** -22;

/** Options of `empiricalBernsteinInterval`. */
export interface EmpiricalBernsteinOptions {
  /**
   * The least and the greatest reward that there can be. Of trajectories and slates: the least sum of those below 0 and the
   * greatest sum of those above 0, discounted.
   */
  readonly rewardRange: readonly [number, number];
  /** The greatest weight that there can be: at most 1 over the least propensity that the logging policy ever has. */
  readonly maxWeight: number;
}

/**
 * An interval that holds for every number of rows, by the empirical Bernstein bound (Maurer and Pontil 2009, theorem 4):
 * `mean -+ (sqrt(2 V ln(4/delta) / n) + 7 R ln(4/delta) / (3 (n - 1)))`, with `V` the variance of the terms and `R` the range in
 * which they must lie. Wide, and with no appeal to the central limit theorem. Of a ratio both parts are bounded, each with half of
 * `delta`. Of biased estimators it bounds what they estimate.
 *
 * It throws an `InvalidOptionError` where a row is outside what was said of rewards and weights, and for sequential
 * doubly robust estimates, whose range does not follow from it.
 * @throws {InvalidOptionError}
 */
export function empiricalBernsteinInterval(options: EmpiricalBernsteinOptions): IntervalMethod {
  checkObject('options', options, 'an object with rewardRange and maxWeight');
  const { rewardRange, maxWeight } = options;
  const [least, greatest] = Array.isArray(rewardRange) ? rewardRange : [Number.NaN, Number.NaN];
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least <= greatest)) {
    throw new InvalidOptionError('rewardRange', rewardRange, 'the least and the greatest reward');
  }
  if (!(typeof maxWeight === 'number' && maxWeight > 0 && maxWeight < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('maxWeight', maxWeight, 'a number above 0');
  }
  return (terms, confidence) => {
    if (terms.ranges === null) {
      throw new InvalidOptionError(
        'interval',
        'empirical Bernstein',
        'another interval: no range of these terms is known',
      );
    }
    const { numerator, denominator } = terms.ranges(rewardRange, maxWeight);
    const isMean = denominator[0] === denominator[1];
    const doubt = (1 - confidence) / (isMean ? 1 : 2);
    const ends = boundedMean(terms.rows, (row) => terms.numerator(row), numerator, doubt);
    if (isMean) return ends;
    // A ratio is a weighted mean of rewards, and lies where they do.
    const below = boundedMean(terms.rows, (row) => terms.denominator(row), denominator, doubt);
    return quotient(ends, below, terms, rewardRange);
  };
}

type Range = readonly [number, number];

interface BoundedEnds extends Ends {
  readonly lower: number;
  readonly upper: number;
}

/** A bound on a mean from both sides. */
function boundedMean(
  rows: number,
  term: (row: number) => number,
  [least, greatest]: Range,
  doubt: number,
): BoundedEnds {
  let sum = 0;
  const slack = ROUNDING * Math.max(1, Math.abs(least), Math.abs(greatest));
  for (let row = 0; row < rows; row++) {
    const value = term(row);
    if (value < least - slack || value > greatest + slack) {
      const expected = `such that row ${row} says between ${least} and ${greatest}`;
      throw new InvalidOptionError('rewardRange and maxWeight', `a row that says ${value}`, expected);
    }
    sum += value;
  }
  if (rows < 2) return { lower: least, upper: greatest };
  const mean = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (term(row) - mean) ** 2;
  const log = Math.log(4 / doubt);
  const radius =
    Math.sqrt((2 * (squares / (rows - 1)) * log) / rows) + (7 * (greatest - least) * log) / (3 * (rows - 1));
  return { lower: Math.max(least, mean - radius), upper: Math.min(greatest, mean + radius) };
}

/** Bounds on a ratio from those on its parts; the denominator is not negative, and the ratio is within the range of rewards. */
function quotient(above: BoundedEnds, below: BoundedEnds, { value }: RowTerms, [least, greatest]: Range): BoundedEnds {
  // A denominator that may be 0 bounds nothing.
  const [lower, upper] =
    below.lower <= 0
      ? [above.lower < 0 ? least : above.lower / below.upper, above.upper > 0 ? greatest : above.upper / below.upper]
      : ratioEnds(above, below, value);
  return { lower: Math.max(least, lower), upper: Math.min(greatest, upper) };
}

function ratioEnds(above: BoundedEnds, below: BoundedEnds, value: number): [number, number] {
  const ratios = [above.lower, above.upper].flatMap((top) => [top / below.lower, top / below.upper]);
  return [Math.min(value, ...ratios), Math.max(value, ...ratios)];
}
