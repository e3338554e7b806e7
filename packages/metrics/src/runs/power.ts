import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { logGamma } from '../distributions/log-gamma.js';
import { normalCumulative } from '../distributions/normal.js';
import { studentTQuantile } from '../distributions/student-t.js';

/** What a comparison is to find. */
export interface ComparisonPlan {
  /** The least difference of two methods' means that should be seen. Not 0. */
  readonly difference: number;
  /**
   * How much runs spread: for `paired` the standard deviation of the differences on the same seed, for `independent` that of the
   * runs of each method. A pilot of a few seeds tells. Above 0.
   */
  readonly standardDeviation: number;
  /** Whether methods run on the same seeds and are compared seed by seed. Default `paired`. */
  readonly design?: 'paired' | 'independent';
  /** Of the interval that has to leave out 0; between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/**
 * How likely so many runs of each method find such a difference: the power of the two-sided t-test, from the noncentral t distribution (Cohen
 * 1988, chapter 2).
 * @param runs of each method; at least 2.
 * @throws {InvalidOptionError}
 */
export function powerOfRuns(runs: number, plan: ComparisonPlan): number {
  checkInteger('runs', runs, 2);
  const { difference, standardDeviation, design = 'paired', confidence = 0.95 } = plan;
  checkPlan(plan);
  const isPaired = design === 'paired';
  const degreesOfFreedom = isPaired ? runs - 1 : 2 * runs - 2;
  const shift = (Math.abs(difference) / standardDeviation) * Math.sqrt(isPaired ? runs : runs / 2);
  const critical = studentTQuantile((1 + confidence) / 2, degreesOfFreedom);
  return outside(critical, shift, degreesOfFreedom);
}

/** Options of `sampleSize`. */
export interface SampleSizeOptions extends ComparisonPlan {
  /** How likely the difference should be found; between 0 and 1. Default 0.8. */
  readonly power?: number;
}

/** Beyond so many runs nobody plans. */
const MOST_RUNS = 1e7;

/**
 * How many runs (seeds) of each method it takes to find a difference: the least number whose power is at least the one asked for.
 * @throws {InvalidOptionError} also where it would take more than 10 million.
 */
export function sampleSize({ power = 0.8, ...plan }: SampleSizeOptions): number {
  if (!(power > 0 && power < 1)) throw new InvalidOptionError('power', power, 'a number between 0 and 1');
  let enough = 2;
  while (powerOfRuns(enough, plan) < power) {
    if (enough > MOST_RUNS) {
      const expected = `one that ${MOST_RUNS} runs can find`;
      throw new InvalidOptionError('difference', plan.difference, expected);
    }
    enough *= 2;
  }
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (middle >= 2 && powerOfRuns(middle, plan) < power) tooFew = middle;
    else enough = middle;
  }
  return Math.max(2, enough);
}

/** Intervals of Simpson's rule; the integrand is smooth. */
const INTERVALS = 8000;
/** Standard deviations of the estimated spread beyond which nothing is left. */
const FAR = 12;

/** `P(|T| > t)` for the noncentral t distribution: given the estimated spread `s`, a normal variable is outside `-+ t s`. */
function outside(t: number, shift: number, degreesOfFreedom: number): number {
  const half = degreesOfFreedom / 2;
  const spread = FAR / Math.sqrt(2 * degreesOfFreedom);
  const [from, to] = [Math.max(0, 1 - spread), 1 + spread];
  const constant = Math.log(2) + half * Math.log(half) - logGamma(half);
  const step = (to - from) / INTERVALS;
  let sum = 0;
  for (let k = 0; k <= INTERVALS; k++) {
    const s = from + k * step;
    // At 0 the density of the spread is 0, but for one degree of freedom.
    const power = degreesOfFreedom === 1 ? 0 : (degreesOfFreedom - 1) * Math.log(s);
    const density = Math.exp(constant + power - half * s * s);
    const inside = normalCumulative(t * s - shift) - normalCumulative(-t * s - shift);
    sum += (k === 0 || k === INTERVALS ? 1 : k % 2 === 1 ? 4 : 2) * density * inside;
  }
  return 1 - (sum * step) / 3;
}

function checkPlan({ difference, standardDeviation, design = 'paired', confidence = 0.95 }: ComparisonPlan): void {
  if (!Number.isFinite(difference) || difference === 0) {
    throw new InvalidOptionError('difference', difference, 'a finite number other than 0');
  }
  if (!(standardDeviation > 0 && standardDeviation < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('standardDeviation', standardDeviation, 'a number above 0');
  }
  if (design !== 'paired' && design !== 'independent') {
    throw new InvalidOptionError('design', design, "'paired' or 'independent'");
  }
  checkConfidence(confidence);
}
