import { checkInteger, checkObject, described, InvalidOptionError } from '@ialp/core';
import { uniformOf } from '../checks.js';
import { quantile } from '../runs/bootstrap.js';
import type { UniformRandom } from '../runs/scores.js';
import { type Ends, type IntervalMethod, type RowTerms, termsHaveSpread } from './value-estimate.js';

/** Options of `bootstrapInterval`. */
export interface RowBootstrapOptions {
  /** Number of bootstrap resamples. Default 1,000. */
  readonly resamples?: number;
  /** Random generator of the resampling. */
  readonly random: UniformRandom;
}

/**
 * The percentile interval of a bootstrap over rows (Efron 1979): rows are resampled with replacement and the estimate
 * is recomputed. Better than the asymptotic interval for skewed weights; time grows with rows times resamples. Both
 * ends are null if the rows have no spread.
 * @throws {InvalidOptionError} if an option is invalid.
 */
export function bootstrapInterval(options: RowBootstrapOptions): IntervalMethod {
  checkObject('options', options, 'an object with random');
  const { resamples = 1000, random } = options;
  checkInteger('resamples', resamples, 1);
  const uniform = uniformOf(random);
  return (terms, confidence) => {
    const { rows, numerator, denominator } = terms;
    // All resamples of one row, or of equal rows, are equal: the interval would have width 0.
    if (!termsHaveSpread(terms)) return { lower: null, upper: null };
    const numerators = Float64Array.from({ length: rows }, (_, row) => numerator(row));
    const denominators = Float64Array.from({ length: rows }, (_, row) => denominator(row));
    const values = new Float64Array(resamples);
    for (let k = 0; k < resamples; k++) {
      let [sum, total] = [0, 0];
      // A resample in which all weights are 0 has no estimate and is drawn again.
      for (let attempts = 0; total === 0; attempts++) {
        if (attempts === MAX_DRAWS) throw notRandom();
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
 * Resamples that may be drawn in a row with all weights 0. More than a third of random resamples contain a row with a
 * weight, so only a faulty generator reaches this limit.
 */
const MAX_DRAWS = 1000;

function notRandom(): InvalidOptionError {
  const found = described(`${MAX_DRAWS} resamples in sequence without a row that has a weight`);
  return new InvalidOptionError('random.uniform()', found, 'a random generator, such as createRandom(1)');
}

/** Relative error of a term if reward, propensity and target were rounded to single precision. */
const ROUNDING = 2 ** -22;

/** Options of `empiricalBernsteinInterval`. */
export interface EmpiricalBernsteinOptions {
  /**
   * Smallest and largest possible reward. For trajectories and slates: the smallest possible sum of the negative
   * rewards and the largest possible sum of the positive ones, discounted.
   */
  readonly rewardRange: readonly [number, number];
  /** Largest possible weight: at most 1 divided by the smallest propensity of the logging policy. */
  readonly maxWeight: number;
}

/**
 * An interval that is valid for any number of rows, by the empirical Bernstein bound (Maurer and Pontil 2009, theorem
 * 4): `mean -+ (sqrt(2 V ln(4/delta) / n) + 7 R ln(4/delta) / (3 (n - 1)))`, with the variance `V` and the range `R` of
 * the terms. Wide, but independent of the central limit theorem. For a ratio, numerator and denominator are both
 * bounded, each with half of `delta`. For biased estimators it bounds the expected value of the estimator.
 * @throws {InvalidOptionError} if an option is invalid; the returned method throws it for a row outside the given
 *   ranges, and for `sequentialDoublyRobust` and `weightedPerDecisionIps`, whose terms have no known range.
 */
export function empiricalBernsteinInterval(options: EmpiricalBernsteinOptions): IntervalMethod {
  checkObject('options', options, 'an object with rewardRange and maxWeight');
  const { rewardRange, maxWeight } = options;
  const [least, greatest] = Array.isArray(rewardRange) ? rewardRange : [Number.NaN, Number.NaN];
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least <= greatest)) {
    throw new InvalidOptionError('rewardRange', rewardRange, '[smallest, largest] possible reward');
  }
  if (!(typeof maxWeight === 'number' && maxWeight > 0 && maxWeight < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('maxWeight', maxWeight, 'a number above 0');
  }
  return (terms, confidence) => {
    if (terms.ranges === null) {
      throw new InvalidOptionError(
        'interval',
        described('empiricalBernsteinInterval'),
        'another interval: the range of these terms is unknown',
      );
    }
    const { numerator, denominator } = terms.ranges(rewardRange, maxWeight);
    const isMean = denominator[0] === denominator[1];
    const delta = (1 - confidence) / (isMean ? 1 : 2);
    const ends = boundedMean(terms.rows, (row) => terms.numerator(row), numerator, delta);
    if (isMean) return ends;
    // A ratio is a weighted mean of rewards and lies in their range.
    const below = boundedMean(terms.rows, (row) => terms.denominator(row), denominator, delta);
    return quotient(ends, below, terms, rewardRange);
  };
}

type Range = readonly [number, number];

interface BoundedEnds extends Ends {
  readonly lower: number;
  readonly upper: number;
}

/** Lower and upper bound of a mean. */
function boundedMean(
  rows: number,
  term: (row: number) => number,
  [least, greatest]: Range,
  delta: number,
): BoundedEnds {
  let sum = 0;
  const slack = ROUNDING * Math.max(1, Math.abs(least), Math.abs(greatest));
  for (let row = 0; row < rows; row++) {
    const value = term(row);
    if (value < least - slack || value > greatest + slack) {
      const expected = `ranges in which row ${row} is between ${least} and ${greatest}`;
      throw new InvalidOptionError('rewardRange and maxWeight', described(`a row with the value ${value}`), expected);
    }
    sum += value;
  }
  if (rows < 2) return { lower: least, upper: greatest };
  const mean = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (term(row) - mean) ** 2;
  const log = Math.log(4 / delta);
  const radius =
    Math.sqrt((2 * (squares / (rows - 1)) * log) / rows) + (7 * (greatest - least) * log) / (3 * (rows - 1));
  return { lower: Math.max(least, mean - radius), upper: Math.min(greatest, mean + radius) };
}

/**
 * Bounds of a ratio from the bounds of its parts. The denominator is not negative, and the ratio is within the range of
 * rewards.
 */
function quotient(above: BoundedEnds, below: BoundedEnds, { value }: RowTerms, [least, greatest]: Range): BoundedEnds {
  // If the denominator may be 0, only the range of rewards bounds the ratio.
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
