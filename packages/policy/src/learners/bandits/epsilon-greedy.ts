import { checkShare } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { CheckpointableLearner } from '../../learner.js';
import { epsilonGreedyDistribution } from '../../policies/ranked-distribution.js';
import type { PriorOptions } from './mean-feedback.js';
import { PRIOR_NAMES } from './mean-feedback.js';
import { createMeanRanking } from './mean-ranking.js';

/** Options of `createEpsilonGreedy`. */
export interface EpsilonGreedyOptions extends PriorOptions {
  /** Exploration rate: probability of a random allowed item. From 0 to 1. Default 0.1. */
  readonly epsilon?: number;
  /** Turns of each session between two updates of the ranking. Default 10. */
  readonly rolloutLength?: number;
}

const OPTION_NAMES: readonly (keyof EpsilonGreedyOptions)[] = [...PRIOR_NAMES, 'epsilon', 'rolloutLength'];

/**
 * The epsilon-greedy bandit (Sutton and Barto 2018, section 2.2): shows the allowed item of the greatest mean feedback, and with
 * probability `epsilon` a uniformly random allowed item. Means are shrunk towards a prior as in `createPopularity`; ties go to
 * the lower index. Not personalised: it ignores the history.
 *
 * The policy throws a `NothingAllowedError` for a state that allows no item, and a `ShapeError` for another catalogue.
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for what is not trajectories and a
 * `DivergenceError` for a reward that is not finite; the ranking is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createEpsilonGreedy(options: EpsilonGreedyOptions): CheckpointableLearner {
  checkNamedOptions(options, '{ items: 100 }', OPTION_NAMES);
  const { epsilon = 0.1, rolloutLength = 10 } = options;
  checkShare('epsilon', epsilon);
  return createMeanRanking(options, rolloutLength, (observation, rank) =>
    epsilonGreedyDistribution(observation, rank, epsilon),
  );
}
