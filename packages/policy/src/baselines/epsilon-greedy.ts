import { epsilonGreedyDistribution } from '../epsilon-greedy-distribution.js';
import type { Learner } from '../learner.js';
import { requireInteger, requireNumber, requireOptions } from '../options.js';
import type { Policy } from '../policy.js';
import { requireStates } from '../states-rules.js';
import { firstAllowed } from './allowed-items.js';
import { requireCountable } from './baseline-rules.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';

/** Options of `createEpsilonGreedy`. */
export interface EpsilonGreedyOptions extends PriorOptions {
  /** Probability of showing any allowed item instead of the best one. From 0 to 1, default 0.1. */
  readonly epsilon?: number;
  /** Steps between two rankings. Default 10. */
  readonly rolloutLength?: number;
}

/**
 * The epsilon-greedy bandit (Sutton and Barto 2018, section 2.2): the allowed item of the greatest mean feedback, and
 * with probability `epsilon` any allowed item. Means are shrunk towards a prior as those of `createPopularity` are;
 * ties go to the lower index. It knows nothing of who is in front of it.
 *
 * The policy refuses a state that allows nothing with a `NothingAllowedError` and another catalogue with a `ShapeError`.
 * Its `learn` refuses another catalogue with a `ShapeError`, a rollout that is not full with an `InvalidOptionError`
 * and a reward that is not finite with a `DivergenceError`, and keeps its ranking.
 * @throws {InvalidOptionError}
 */
export function createEpsilonGreedy(options: EpsilonGreedyOptions): Learner {
  requireOptions(options, '{ items: 100 }');
  const { items, epsilon = 0.1, rolloutLength = 10 } = options;
  requireNumber('epsilon', epsilon, 0, 1);
  requireInteger('rolloutLength', rolloutLength, 1);
  const means = new MeanFeedback(options);
  let ranking = means.ranking();

  const policy: Policy = {
    items,
    distribution(observation) {
      requireStates(observation, { items }, 'observation');
      const best = Int32Array.from({ length: observation.sessions }, (_, row) =>
        firstAllowed(ranking, observation, row),
      );
      return epsilonGreedyDistribution(observation, best, epsilon);
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
