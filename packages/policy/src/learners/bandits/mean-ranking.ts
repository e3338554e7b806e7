import { checkInteger, type Observation } from '@ialp/core';
import { checkStates } from '../../checks/states.js';
import type { Learner } from '../../learner.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import type { ActionDistribution } from '../../policy.js';
import { checkBanditRollout } from './check-rollout.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';

/** Makes the distribution from the best allowed item of each session. */
export type ActOnBest = (observation: Observation, best: Int32Array) => ActionDistribution;

/** A learner that ranks items by their mean feedback. @throws {InvalidOptionError} */
export function createMeanRanking(options: PriorOptions, rolloutLength: number, actOnBest: ActOnBest): Learner {
  checkInteger('rolloutLength', rolloutLength, 1);
  const { items } = options;
  const means = new MeanFeedback(options);
  let ranking = means.ranking();
  return {
    specificationVersion: 'v1',
    policy: {
      specificationVersion: 'v1',
      items,
      distribution(observation) {
        checkStates(observation, { items }, 'observation');
        const best = Int32Array.from({ length: observation.sessions }, (_, row) =>
          firstAllowed(ranking, observation, row),
        );
        return actOnBest(observation, best);
      },
    },
    rolloutLength,
    learn(rollout) {
      checkBanditRollout(rollout, items);
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
