import { type BanditLog, importanceWeights } from './bandit-log.js';
import { type TrajectoryLog, trajectoryTerms } from './trajectories.js';
import { showSpread } from './value-estimate.js';

/** How much an estimate from weights can be trusted. */
export interface OpeDiagnosis {
  /** Rows of the log (or trajectories) that the weighted ones are worth: `(sum w)^2 / sum w^2` (Kish 1965). */
  readonly effectiveSampleSize: number;
  /** The mean weight; 1 where the propensities are right and nothing is missing. */
  readonly meanWeight: number;
  /** Its standard error; null with one row, of which nothing can be told. */
  readonly meanWeightError: number | null;
  /** The share of the sum of weights that the heaviest hundredth of the rows (or trajectories) has (at least one row). */
  readonly heaviestShare: number;
  /** What speaks against trusting an estimate, in sentences; empty where nothing does. */
  readonly warnings: readonly string[];
}

/** Below this share of the rows an estimate rests on few of them. */
const FEW = 0.05;
/** Fewer rows than these, and the asymptotic interval is not to be trusted. */
const LEAST_ROWS = 100;
/** From this share on the heaviest hundredth decides. */
const DOMINATED = 0.5;
/** Standard errors from 1 from which on the mean weight is not by chance. */
const SURPRISING = 3;

/**
 * Looks whether the logged decisions can say anything of the target.
 * @throws {InvalidOptionError} for a damaged log.
 */
export function diagnose(log: BanditLog): OpeDiagnosis {
  const weight = importanceWeights(log);
  return judge(weight, (row) => weight[row] * log.reward[row], 'rows');
}

/**
 * The same of whole trajectories, whose weights are products: they go astray long before those of their decisions do.
 * @throws {InvalidOptionError} for a damaged log.
 */
export function diagnoseTrajectories(log: TrajectoryLog): OpeDiagnosis {
  const { weight, returns } = trajectoryTerms(log, {});
  return judge(weight, (k) => weight[k] * returns[k], 'trajectories');
}

function judge(weight: Float64Array, term: (row: number) => number, units: 'rows' | 'trajectories'): OpeDiagnosis {
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
  const heaviest = ascending.subarray(rows - Math.max(1, Math.floor(rows / 100)));
  const heaviestShare = sum === 0 ? 0 : heaviest.reduce((total, each) => total + each, 0) / sum;
  const warnings: string[] = [];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (sum === 0) warnings.push('The target would have done nothing of what was logged: the log says nothing of it.');
  else {
    if (effectiveSampleSize < LEAST_ROWS || effectiveSampleSize < FEW * rows) {
      warnings.push(
        `The estimate rests on what is worth ${effectiveSampleSize.toFixed(1)} of ${rows} ${units}: gather more, or judge a policy nearer to the logging one.`,
      );
    }
    if (rows >= LEAST_ROWS && heaviestShare > DOMINATED) {
      warnings.push(
        `The heaviest hundredth of the ${units} has ${percent(heaviestShare)} of the weight: bound the weights, or use a doubly robust estimator.`,
      );
    }
    if (!isSpread(rows, term)) {
      warnings.push(
        `The ${rows} ${units} all say the same, so that nothing can be told of the error: gather more, or take empiricalBernsteinInterval.`,
      );
    }
    const distance = Math.abs(meanWeight - 1);
    if (meanWeightError !== null && distance > SURPRISING * meanWeightError && distance > 0.01) {
      warnings.push(
        meanWeight < 1
          ? `The mean weight is ${meanWeight.toFixed(3)}, not 1: the target does what the logging policy never did, or propensities are wrong.`
          : `The mean weight is ${meanWeight.toFixed(3)}, not 1: propensities are too low, or do not belong to these decisions.`,
      );
    }
  }
  return { effectiveSampleSize, meanWeight, meanWeightError, heaviestShare, warnings };
}

function isSpread(rows: number, numerator: (row: number) => number): boolean {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += numerator(row);
  return showSpread({ rows, value: sum / rows, numerator, denominator: () => 1, ranges: null });
}
