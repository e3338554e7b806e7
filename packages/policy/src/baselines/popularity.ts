import type { Learner } from '../learner.js';
import { requireInteger, requireOptions } from '../options.js';
import type { Action, Policy } from '../policy.js';
import { requireChosen, requireStates } from '../states-rules.js';
import { firstAllowed } from './allowed-items.js';
import { requireCountable } from './baseline-rules.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';

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
  requireOptions(options, '{ items: 100 }');
  const { items, priorStrength = PRIOR_STRENGTH, rolloutLength = 10 } = options;
  requireInteger('rolloutLength', rolloutLength, 1);
  const means = new MeanFeedback({ ...options, priorStrength });
  let ranking = means.ranking();

  const policy: Policy = {
    items,
    distribution(observation) {
      requireStates(observation, { items }, 'observation');
      const { sessions } = observation;
      const best = Int32Array.from({ length: sessions }, (_, row) => firstAllowed(ranking, observation, row));
      return {
        propensity(chosen) {
          requireChosen(chosen, { sessions });
          return Float32Array.from(chosen, (item, row) => (item === best[row] ? 1 : 0));
        },
        sample: (): Action => ({ items: best, propensity: new Float32Array(best.length).fill(1) }),
      };
    },
  };

  return {
    policy,
    rolloutLength,
    learn(rollout) {
      requireCountable(rollout, items);
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
