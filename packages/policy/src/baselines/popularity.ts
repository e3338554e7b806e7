import { ShapeError } from '../errors.js';
import type { Learner } from '../learner.js';
import { requireFiniteRewards } from '../learners/experience-rules.js';
import { requireInteger } from '../options.js';
import type { Action, Policy } from '../policy.js';
import { firstAllowed } from './allowed-items.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';

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
 * Its `learn` throws a `DivergenceError` for a reward that is not finite, and keeps its ranking.
 * @throws {InvalidOptionError}
 */
export function createPopularity(options: PopularityOptions): Learner {
  const { items, rolloutLength = 10 } = options;
  requireInteger('rolloutLength', rolloutLength, 1);
  const means = new MeanFeedback(options);
  let ranking = means.ranking();

  const policy: Policy = {
    items,
    distribution(observation) {
      if (observation.items !== items) throw new ShapeError('items of the observation', observation.items, items);
      const best = Int32Array.from({ length: observation.sessions }, (_, row) =>
        firstAllowed(ranking, observation, row),
      );
      return {
        propensity: (chosen) => Float32Array.from(chosen, (item, row) => (item === best[row] ? 1 : 0)),
        sample: (): Action => ({ items: best, propensity: new Float32Array(best.length).fill(1) }),
      };
    },
  };

  return {
    policy,
    rolloutLength,
    learn(rollout) {
      requireFiniteRewards(rollout);
      means.add(rollout);
      ranking = means.ranking();
      return {};
    },
    checkpoint: () => means.checkpoint(),
    restore(checkpoint) {
      means.restore(checkpoint);
      ranking = means.ranking();
    },
  };
}
