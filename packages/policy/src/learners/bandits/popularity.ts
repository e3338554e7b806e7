import { checkOptions } from '../../checks/options.js';
import { checkChosen } from '../../checks/states.js';
import type { Learner } from '../../learner.js';
import type { Action } from '../../policy.js';
import type { PriorOptions } from './mean-feedback.js';
import { createMeanRanking } from './mean-ranking.js';

/** With less, a few misses topple a best-seller, and a policy that never explores does not come back to it. */
const PRIOR_STRENGTH = 100;

/** Options of `createPopularity`. */
export interface PopularityOptions extends PriorOptions {
  /** Steps between two rankings. Default 10. */
  readonly rolloutLength?: number;
}

/**
 * The most popular allowed item, always: the baseline that every shop has. Items are ranked by mean feedback, shrunk
 * towards a prior that falls evenly from 1 for the best known item to 0 for the least known (1/2 for all where there is
 * none): `(strength * prior + sum of feedback) / (strength + times shown)`. Ties go to the lower index.
 *
 * Its `learn` refuses another catalogue with a `ShapeError`, a rollout that is not full with an `InvalidOptionError` and a reward
 * that is not finite with a `DivergenceError`; its ranking stays as it was.
 * @throws {InvalidOptionError}
 */
export function createPopularity(options: PopularityOptions): Learner {
  checkOptions(options, '{ items: 100 }');
  const { priorStrength = PRIOR_STRENGTH, rolloutLength = 10 } = options;
  return createMeanRanking({ ...options, priorStrength }, rolloutLength, ({ sessions }, best) => ({
    propensity(chosen) {
      checkChosen(chosen, { sessions });
      return Float32Array.from(chosen, (item, row) => (item === best[row] ? 1 : 0));
    },
    sample: (): Action => ({ items: best, propensity: new Float32Array(best.length).fill(1) }),
  }));
}
