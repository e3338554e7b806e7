import { checkInteger, type Observation } from '@ialp/core';
import { checkStates } from '../../checks/states.js';
import type { CheckpointableLearner } from '../../learner.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import type { RankRow } from '../../policies/ranked-distribution.js';
import type { ActionDistribution } from '../../policy.js';
import { checkBanditExperience } from './check-experience.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';
import { shownItems } from './shown-items.js';

/** Makes the distribution of a ranking of each row's allowed items. */
export type ActOnRanking = (observation: Observation, rank: RankRow) => ActionDistribution;

/** A learner that ranks items by their mean feedback. @throws {InvalidOptionError} */
export function createMeanRanking(
  options: PriorOptions,
  rolloutLength: number,
  act: ActOnRanking,
): CheckpointableLearner {
  checkInteger('rolloutLength', rolloutLength, 1);
  const { items } = options;
  const means = new MeanFeedback(options);
  let ranking = means.ranking();
  return {
    specificationVersion: 'v2',
    policy: {
      specificationVersion: 'v2',
      items,
      distribution(observation) {
        checkStates(observation, { items }, 'observation');
        const order = ranking;
        return act(observation, (row, count) => firstAllowed(order, observation, row, count));
      },
    },
    rolloutLength,
    learn(trajectories) {
      checkBanditExperience(trajectories, items);
      means.add(shownItems(trajectories));
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
