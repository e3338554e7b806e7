import { counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import { checkScores, meanOf, type RunScores } from './scores.js';

/** Share of the runs that is trimmed at each end. */
const TRIMMED = 0.25;

/**
 * The interquartile mean: the mean of the middle half of all runs of all environments. Less sensitive to outliers than
 * the mean, and with less variance than the median (Agarwal et al. 2021). A quarter of the runs, rounded down, is
 * trimmed at each end.
 * @throws {InvalidOptionError} if the scores are invalid.
 */
export function interquartileMean(scores: RunScores): number {
  checkScores('scores', scores);
  const ascending = Float64Array.from(scores.flat()).sort();
  const cut = Math.floor(TRIMMED * ascending.length);
  return meanOf(ascending.subarray(cut, ascending.length - cut));
}

/**
 * The mean over environments of the mean over runs: each environment counts equally.
 * @throws {InvalidOptionError} if the scores are invalid.
 */
export function meanScore(scores: RunScores): number {
  checkScores('scores', scores);
  return meanOf(scores.map(meanOf));
}

/**
 * The median over environments of the mean over runs.
 * @throws {InvalidOptionError} if the scores are invalid.
 */
export function medianScore(scores: RunScores): number {
  checkScores('scores', scores);
  const ascending = Float64Array.from(scores.map(meanOf)).sort();
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/**
 * The optimality gap: the mean shortfall of the scores below a goal, over environments; scores above the goal count as
 * the goal (Agarwal et al. 2021). Lower is better.
 * @throws {InvalidOptionError} if the scores or the goal are invalid.
 */
export function optimalityGap(scores: RunScores, goal = 1): number {
  checkScores('scores', scores);
  if (!Number.isFinite(goal)) throw new InvalidOptionError('goal', goal, 'a finite number');
  return goal - meanOf(scores.map((runs) => meanOf(runs.map((score) => Math.min(score, goal)))));
}

/**
 * A performance profile: for each threshold the share of runs whose score is higher (Agarwal et al. 2021; Dolan and
 * Moré 2002). A method whose profile is never lower dominates.
 * @returns `[thresholds]`
 * @throws {InvalidOptionError} if the scores are invalid or the thresholds are not a list.
 */
export function performanceProfile(scores: RunScores, thresholds: ArrayLike<number>): Float64Array {
  checkScores('scores', scores);
  checkList('thresholds', thresholds, 'a list of thresholds, such as [0, 0.5, 1]');
  const shares = scores.map((runs) =>
    Float64Array.from(thresholds, (threshold) => runs.filter((score) => score > threshold).length / runs.length),
  );
  return Float64Array.from(thresholds, (_, k) => meanOf(shares.map((share) => share[k])));
}

/**
 * The probability that a run of `a` scores higher than a run of `b` in a random environment; ties count half (Agarwal
 * et al. 2021; the statistic of Mann and Whitney 1947). 0.5 means no difference.
 * @throws {InvalidOptionError} if the scores are invalid, or the numbers of environments differ.
 */
export function probabilityOfImprovement(a: RunScores, b: RunScores): number {
  checkScores('a', a);
  checkScores('b', b);
  if (a.length !== b.length) {
    throw new InvalidOptionError(
      'b',
      described(counted(b.length, 'environment')),
      `${counted(a.length, 'environment')}, like a`,
    );
  }
  return meanOf(a.map((runs, environment) => probabilityOfHigher(runs, b[environment])));
}

function probabilityOfHigher(runs: readonly number[], others: readonly number[]): number {
  let sum = 0;
  for (const score of runs) for (const other of others) sum += score > other ? 1 : score === other ? 0.5 : 0;
  return sum / (runs.length * others.length);
}
