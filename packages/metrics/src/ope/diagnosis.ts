import { type BanditLog, importanceWeights } from './bandit-log.js';
import { type TrajectoryLog, trajectoryTerms } from './trajectories.js';
import { termsHaveSpread } from './value-estimate.js';

/** How reliable an estimate with importance weights is. */
export interface OpeDiagnosis {
  /**
   * Number of unweighted rows (or trajectories) that carry the same information as the weighted ones: `(sum w)^2 / sum
   * w^2` (Kish 1965).
   */
  readonly effectiveSampleSize: number;
  /** The mean weight; about 1 if the propensities are right and no decisions are missing. */
  readonly meanWeight: number;
  /** Standard error of the mean weight; null for a single row. */
  readonly meanWeightError: number | null;
  /**
   * Share of the total weight that belongs to the 1 % of the rows (or trajectories) with the largest weights (at least
   * one row).
   */
  readonly heaviestShare: number;
  /** Reasons not to trust the estimate, as sentences; empty without such reasons. */
  readonly warnings: readonly string[];
}

/** An effective sample size below this share of the rows causes a warning. */
const MIN_EFFECTIVE_SHARE = 0.05;
/** With fewer effective rows the asymptotic interval is unreliable. */
const MIN_ROWS = 100;
/** The 1 % of the rows with the largest weights dominate the estimate above this share of the total weight. */
const DOMINATING_SHARE = 0.5;
/** A mean weight that is further from 1 than this number of standard errors is not a coincidence. */
const MAX_STANDARD_ERRORS = 3;
/** A mean weight that is closer to 1 than this causes no warning. */
const MIN_DISTANCE = 0.01;

/**
 * Checks whether the logged decisions suffice to evaluate the target policy.
 * @throws {InvalidOptionError} if the log is invalid.
 */
export function diagnose(log: BanditLog): OpeDiagnosis {
  const weight = importanceWeights(log);
  return diagnoseWeights(weight, (row) => weight[row] * log.reward[row], 'rows');
}

/**
 * The same for trajectories. Their weights are products and degenerate long before the weights of single decisions do.
 * @throws {InvalidOptionError} if the log is invalid.
 */
export function diagnoseTrajectories(log: TrajectoryLog): OpeDiagnosis {
  const { weight, returns } = trajectoryTerms(log, {});
  return diagnoseWeights(weight, (k) => weight[k] * returns[k], 'trajectories');
}

function diagnoseWeights(
  weight: Float64Array,
  term: (row: number) => number,
  units: 'rows' | 'trajectories',
): OpeDiagnosis {
  const rows = weight.length;
  let [sum, squares] = [0, 0];
  for (const each of weight) {
    sum += each;
    squares += each * each;
  }
  const meanWeight = sum / rows;
  const variance = rows > 1 ? Math.max(0, (squares - rows * meanWeight ** 2) / (rows - 1)) : null;
  const meanWeightError = variance === null ? null : Math.sqrt(variance / rows);
  const effectiveSampleSize = squares === 0 ? 0 : (sum * sum) / squares;
  const ascending = weight.slice().sort();
  const largest = ascending.subarray(rows - Math.max(1, Math.floor(rows / 100)));
  const heaviestShare = sum === 0 ? 0 : largest.reduce((total, each) => total + each, 0) / sum;
  const diagnosis = { effectiveSampleSize, meanWeight, meanWeightError, heaviestShare };
  return { ...diagnosis, warnings: warningsOf(diagnosis, rows, hasTermSpread(rows, term), units) };
}

function warningsOf(
  { effectiveSampleSize, meanWeight, meanWeightError, heaviestShare }: Omit<OpeDiagnosis, 'warnings'>,
  rows: number,
  hasSpread: boolean,
  units: 'rows' | 'trajectories',
): string[] {
  if (meanWeight === 0) {
    return ['The target policy would not have chosen any of the logged actions: this log cannot evaluate it.'];
  }
  const warnings: string[] = [];
  if (effectiveSampleSize < MIN_ROWS || effectiveSampleSize < MIN_EFFECTIVE_SHARE * rows) {
    warnings.push(
      `The effective sample size is ${effectiveSampleSize.toFixed(1)} of ${rows} ${units}: log more decisions, or evaluate a policy that is closer to the logging policy.`,
    );
  }
  if (rows >= MIN_ROWS && heaviestShare > DOMINATING_SHARE) {
    const percent = (100 * heaviestShare).toFixed(1);
    warnings.push(
      `1 % of the ${units} have ${percent} % of the total weight: clip the weights, or use a doubly robust estimator.`,
    );
  }
  if (!hasSpread) {
    warnings.push(
      `The ${rows} ${units} are all equal, so the standard error is unknown: log more decisions, or use empiricalBernsteinInterval.`,
    );
  }
  const distance = Math.abs(meanWeight - 1);
  if (meanWeightError !== null && distance > MAX_STANDARD_ERRORS * meanWeightError && distance > MIN_DISTANCE) {
    const reason =
      meanWeight < 1
        ? 'the target policy chooses actions that the logging policy never chose, or the propensities are wrong'
        : 'the propensities are too low, or belong to other decisions';
    warnings.push(`The mean weight is ${meanWeight.toFixed(3)}, not 1: ${reason}.`);
  }
  return warnings;
}

/** Whether the IPS terms have a spread. */
function hasTermSpread(rows: number, numerator: (row: number) => number): boolean {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += numerator(row);
  return termsHaveSpread({ rows, value: sum / rows, numerator, denominator: () => 1, ranges: null });
}
