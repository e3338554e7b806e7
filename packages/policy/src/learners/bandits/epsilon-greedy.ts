import { checkShare } from '@ialp/core';
import { checkOptions } from '../../checks/options.js';
import type { Learner } from '../../learner.js';
import { epsilonGreedyDistribution } from '../../policies/epsilon-greedy-distribution.js';
import type { PriorOptions } from './mean-feedback.js';
import { createMeanRanking } from './mean-ranking.js';

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
  checkOptions(options, '{ items: 100 }');
  const { epsilon = 0.1, rolloutLength = 10 } = options;
  checkShare('epsilon', epsilon);
  return createMeanRanking(options, rolloutLength, (observation, best) =>
    epsilonGreedyDistribution(observation, best, epsilon),
  );
}
