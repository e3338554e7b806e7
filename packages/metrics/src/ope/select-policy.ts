import { checkInteger, checkObject, InvalidOptionError } from '@ialp/core';
import { checkConfidence, uniformOf } from '../checks.js';
import type { UniformRandom } from '../runs/scores.js';
import type { EstimateOptions, RowTerms, ValueEstimate } from './value-estimate.js';

/** Options of `selectPolicy`. */
export interface SelectPolicyOptions<Log> {
  /** For each policy, by name, the same log with that policy's own `target` (and predictions): rows are the same decisions. */
  readonly policies: Readonly<Record<string, Log>>;
  /** Any estimator of this package, or a function of your own that hands its options on to one. */
  readonly estimator: (log: Log, options: EstimateOptions) => ValueEstimate;
  /** Of the intervals; between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** How often rows are drawn anew. Default 2,000. */
  readonly resamples?: number;
  readonly random: UniformRandom;
}

/** One policy among others. */
export interface CandidatePolicy extends ValueEstimate {
  readonly name: string;
  /** Share of the resampled logs in which it has the greatest value; policies of the same value share a log. */
  readonly probabilityBest: number;
}

/** Which policy a log speaks for. */
export interface PolicySelection {
  /** The name of the one with the greatest estimate. */
  readonly best: string;
  /** How often it stays the best in resampled logs; the confidence with which it can be called so. */
  readonly confidence: number;
  /** All, the greatest value first. */
  readonly policies: readonly CandidatePolicy[];
}

/**
 * Which of several policies is best, and how sure that is, by one log: values of all of them are estimated on the same resampled rows (a
 * bootstrap of the rows' influence on the estimates, Efron 1979), so that what they have in common cancels out.
 * @throws {InvalidOptionError}
 */
export function selectPolicy<Log>(options: SelectPolicyOptions<Log>): PolicySelection {
  checkObject('options', options, 'an object with policies, estimator and random');
  const { policies, estimator, confidence = 0.95, resamples = 2000, random } = options;
  checkInteger('resamples', resamples, 1);
  checkConfidence(confidence);
  checkObject('policies', policies, 'a log for each policy, by name');
  const uniform = uniformOf(random);
  const candidates = Object.entries(policies).map(([name, log]) => {
    let terms: RowTerms | undefined;
    estimator(log, {
      interval(given) {
        terms = given;
        return { lower: given.value, upper: given.value };
      },
    });
    if (terms === undefined) throw new InvalidOptionError('estimator', name, 'one that hands its options on');
    return { name, influence: influenceOf(terms), estimate: estimator(log, { confidence }) };
  });
  if (candidates.length === 0) throw new InvalidOptionError('policies', 'none', 'at least one');
  const rows = candidates[0].influence.length;
  for (const { name, influence } of candidates) {
    if (influence.length === rows) continue;
    throw new InvalidOptionError(`policies.${name}`, `${influence.length} rows`, `${rows}, those of the others`);
  }
  if (rows < 2) {
    throw new InvalidOptionError('policies', `${rows} row`, 'at least two rows: one, drawn anew, is the same again');
  }
  const won = candidates.map(() => 0);
  const drawn = new Float64Array(candidates.length);
  for (let resample = 0; resample < resamples; resample++) {
    for (const [k, { estimate }] of candidates.entries()) drawn[k] = estimate.value;
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(uniform() * rows);
      for (const [k, { influence }] of candidates.entries()) drawn[k] += influence[row];
    }
    const best = Math.max(...drawn);
    // Policies of one value share the win: none of them is the better one.
    const winners = candidates.flatMap((_, k) => (drawn[k] === best ? [k] : []));
    for (const k of winners) won[k] += 1 / winners.length;
  }
  const judged = candidates
    .map(({ name, estimate }, k): CandidatePolicy => ({ name, ...estimate, probabilityBest: won[k] / resamples }))
    .sort((a, b) => b.value - a.value);
  return { best: judged[0].name, confidence: judged[0].probabilityBest, policies: judged };
}

/** How much each row moves the estimate; the sum is 0. */
function influenceOf({ rows, value, numerator, denominator }: RowTerms): Float64Array {
  let total = 0;
  for (let row = 0; row < rows; row++) total += denominator(row);
  return Float64Array.from({ length: rows }, (_, row) => (numerator(row) - value * denominator(row)) / total);
}
