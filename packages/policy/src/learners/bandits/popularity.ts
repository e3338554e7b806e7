import { checkNamedOptions } from '../../checks/options.js';
import type { CheckpointableLearner } from '../../learner.js';
import { greedyDistribution } from '../../policies/ranked-distribution.js';
import type { PriorOptions } from './mean-feedback.js';
import { PRIOR_NAMES } from './mean-feedback.js';
import { createMeanRanking } from './mean-ranking.js';

/** With less, a few misses displace a best-seller, and a policy that never explores does not return to it. */
const PRIOR_STRENGTH = 100;

/** Options of `createPopularity`. */
export interface PopularityOptions extends PriorOptions {
  /** Turns of each session between two updates of the ranking. Default 10. */
  readonly rolloutLength?: number;
}

const OPTION_NAMES: readonly (keyof PopularityOptions)[] = [...PRIOR_NAMES, 'rolloutLength'];

/**
 * Always shows the most popular allowed item: the baseline of every shop. Items are ranked by mean feedback, shrunk towards a
 * prior that decreases linearly with the item's rank in `prior`, from 1 to 0 (1/2 for all items without `prior`):
 * `(strength * prior + sum of feedback) / (strength + times shown)`. Ties go to the lower index.
 *
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for what is not trajectories and a
 * `DivergenceError` for a reward that is not finite; the ranking is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createPopularity(options: PopularityOptions): CheckpointableLearner {
  checkNamedOptions(options, '{ items: 100 }', OPTION_NAMES);
  const { priorStrength = PRIOR_STRENGTH, rolloutLength = 10 } = options;
  return createMeanRanking({ ...options, priorStrength }, rolloutLength, greedyDistribution);
}
