import { checkInteger, checkObject, checkOptionNames, counted, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence, uniformOf } from '../checks.js';
import type { UniformRandom } from '../runs/scores.js';
import type { EstimateOptions, RowTerms, ValueEstimate } from './value-estimate.js';

/** Options of `selectPolicy`. */
export interface SelectPolicyOptions<Log> {
  /**
   * The same log for each policy, by name, with the policy's own `target` (and predictions). Rows are the same
   * decisions.
   */
  readonly policies: Readonly<Record<string, Log>>;
  /** Any estimator of this package, or your own function that passes its options to one. */
  readonly estimator: (log: Log, options: EstimateOptions) => ValueEstimate;
  /** Confidence of the intervals, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Number of bootstrap resamples. Default 2,000. */
  readonly resamples?: number;
  /** Random generator of the resampling. */
  readonly random: UniformRandom;
}

/** The estimate of one of the policies. */
export interface CandidatePolicy extends ValueEstimate {
  readonly name: string;
  /** Share of the resamples in which its value is highest. Policies with equal values share a resample. */
  readonly probabilityBest: number;
}

/** The best policy according to a log. */
export interface PolicySelection {
  /** Name of the policy with the highest estimate. */
  readonly best: string;
  /** Share of the resamples in which it is best. */
  readonly confidence: number;
  /** All policies, the highest value first. */
  readonly policies: readonly CandidatePolicy[];
}

const ESTIMATOR =
  'an estimator that passes its options on, such as (log, options) => clippedIps(log, { ...options, bound: 2 })';

/**
 * Selects the best of several policies on one log. The values of all policies are computed on the same resamples (a
 * bootstrap of the rows' influence on the estimates, Efron 1979), so that shared noise cancels out.
 * @throws {InvalidOptionError} if an option is invalid, the logs are not of the same decisions, or there are fewer than two
 *   rows.
 */
export function selectPolicy<Log>(options: SelectPolicyOptions<Log>): PolicySelection {
  checkObject('options', options, 'an object with policies, estimator and random');
  checkOptionNames(options, ['policies', 'estimator', 'confidence', 'resamples', 'random']);
  const { policies, estimator, confidence = 0.95, resamples = 2000, random } = options;
  checkInteger('resamples', resamples, 1);
  checkConfidence(confidence);
  checkObject('policies', policies, 'an object with a log per policy name');
  if (typeof estimator !== 'function') throw new InvalidOptionError('estimator', estimator, ESTIMATOR);
  const uniform = uniformOf(random);
  const candidates = Object.entries(policies).map(([name, log]) => {
    let terms: RowTerms | undefined;
    estimator(log, {
      interval(given) {
        terms = given;
        return { lower: given.value, upper: given.value };
      },
    });
    if (terms === undefined) throw new InvalidOptionError('estimator', estimator, ESTIMATOR);
    return { name, influence: influenceOf(terms), estimate: estimator(log, { confidence }) };
  });
  if (candidates.length === 0) throw new InvalidOptionError('policies', described('none'), 'at least one');
  const rows = candidates[0].influence.length;
  for (const { name, influence } of candidates) {
    if (influence.length === rows) continue;
    throw new InvalidOptionError(
      `policies.${name}`,
      described(counted(influence.length, 'row')),
      `${counted(rows, 'row')}, like the other policies`,
    );
  }
  checkSameDecisions(policies);
  if (rows < 2) {
    throw new InvalidOptionError(
      'policies',
      described(counted(rows, 'row')),
      'at least two rows: resamples of one row are all equal',
    );
  }
  const won = candidates.map(() => 0);
  const resampled = new Float64Array(candidates.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (const [k, { estimate }] of candidates.entries()) resampled[k] = estimate.value;
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(uniform() * rows);
      for (const [k, { influence }] of candidates.entries()) resampled[k] += influence[row];
    }
    const best = Math.max(...resampled);
    // Policies with equal values share the win.
    const winners = candidates.flatMap((_, k) => (resampled[k] === best ? [k] : []));
    for (const k of winners) won[k] += 1 / winners.length;
  }
  const evaluated = candidates
    .map(({ name, estimate }, k): CandidatePolicy => ({ name, ...estimate, probabilityBest: won[k] / resamples }))
    .sort((a, b) => b.value - a.value);
  return { best: evaluated[0].name, confidence: evaluated[0].probabilityBest, policies: evaluated };
}

/** Columns that describe the logged decisions, whatever the policy. */
const DECISIONS = ['reward', 'propensity', 'trajectory'];

/** @throws {InvalidOptionError} if the logs are not of the same decisions. */
function checkSameDecisions(policies: Readonly<Record<string, unknown>>): void {
  const [[first, reference], ...others] = Object.entries(policies) as [string, Readonly<Record<string, unknown>>][];
  for (const [name, log] of others) {
    for (const column of DECISIONS) {
      const [expected, found] = [reference?.[column], log?.[column]];
      if (expected === found || !isColumn(expected) || !isColumn(found)) continue;
      const where = `policies.${name}.${column}`;
      const reason = `as in policies.${first} (the same decisions; only target, qHat and vHat may differ)`;
      if (found.length !== expected.length) {
        const length = described(counted(found.length, 'value'));
        throw new InvalidOptionError(where, length, `${counted(expected.length, 'value')}, ${reason}`);
      }
      for (let row = 0; row < expected.length; row++) {
        if (found[row] === expected[row]) continue;
        throw new InvalidOptionError(`${where}[${row}]`, found[row], `${expected[row]}, ${reason}`);
      }
    }
  }
}

function isColumn(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** Influence of each row on the estimate; the sum is 0. */
function influenceOf({ rows, value, numerator, denominator }: RowTerms): Float64Array {
  let total = 0;
  for (let row = 0; row < rows; row++) total += denominator(row);
  return Float64Array.from({ length: rows }, (_, row) => (numerator(row) - value * denominator(row)) / total);
}
