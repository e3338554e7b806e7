import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { logGamma } from '../distributions/log-gamma.js';
import { normalCumulative } from '../distributions/normal.js';
import { studentTQuantile } from '../distributions/student-t.js';

/** The comparison that is planned. */
export interface ComparisonPlan {
  /** Smallest difference of two means that should be detected. Not 0. */
  readonly difference: number;
  /**
   * Standard deviation: for `paired` of the differences on the same seed, for `independent` of the runs of each method.
   * Estimate it from a pilot of a few seeds. Above 0.
   */
  readonly standardDeviation: number;
  /** Whether methods run on the same seeds and are compared per seed. Default `paired`. */
  readonly design?: 'paired' | 'independent';
  /** Confidence of the interval that has to exclude 0, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
}

/**
 * The power of the two-sided t-test: the probability that the given number of runs per method detects the planned
 * difference. From the noncentral t distribution (Cohen 1988, chapter 2).
 * @param runs runs of each method; at least 2.
 * @throws {InvalidOptionError} if an argument is invalid.
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
  /** Required power: the probability of detecting the difference, between 0 and 1. Default 0.8. */
  readonly power?: number;
}

/** Limit of the search. */
const MAX_RUNS = 1e7;

/**
 * The number of runs (seeds) per method needed to detect a difference: the smallest number with at least the required
 * power.
 * @throws {InvalidOptionError} if an option is invalid, or more than 10 million runs are needed.
 */
export function sampleSize({ power = 0.8, ...plan }: SampleSizeOptions): number {
  if (!(power > 0 && power < 1)) throw new InvalidOptionError('power', power, 'a number between 0 and 1');
  let enough = 2;
  while (powerOfRuns(enough, plan) < power) {
    if (enough > MAX_RUNS) {
      const expected = `a difference that ${MAX_RUNS} runs can detect`;
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

/** Number of intervals of Simpson's rule; the integrand is smooth. */
const INTERVALS = 8000;
/** Number of standard deviations of the estimated spread beyond which the density is negligible. */
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
    // The density of the spread is 0 at 0, except for one degree of freedom.
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
