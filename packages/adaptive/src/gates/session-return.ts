import { checkInteger, checkpointState, combineCheckpointables } from '@ialp/core';
import { SessionRewards } from '../experience/session-rewards.js';
import type { Gate, GateExperience } from '../gate.js';
import { affordableShare, checkRegretBudget, type RegretBudgetOptions } from './regret-budget.js';
import { RunningMean } from './running-mean.js';

/** Options of `createSessionReturnGate`. */
export interface SessionReturnGateOptions extends RegretBudgetOptions {
  /** Sessions of the online policy over which its mean runs: what is older is of a policy that it no longer is. Default 150. */
  readonly windowSessions?: number;
  /** Sessions of each policy before its mean counts. The first to end are the short ones. Default 40. */
  readonly minSessions?: number;
}

/** What the gate estimates. Rewards are of a session; null before a session of that policy ended. */
export type SessionReturnEstimates = {
  /** `w`, the share of new sessions that the pre-trained policy gets. */
  readonly weight: number;
  readonly pretrainedReward: number | null;
  readonly onlineReward: number | null;
};

/** Sessions of the pre-trained policy over which its mean runs: it stays as it is, and only the people change. */
const PRETRAINED_MEMORY = 2000;

/**
 * For sessions that belong to one policy each (`by: 'session'`): a gate that compares what sessions of either earn, an
 * honest experiment, and gives the pre-trained policy the least share at which no more than a budget is lost. It needs
 * no critic, no propensities and no horizon. The budget is a share of the reward of the pre-trained policy's sessions, as
 * it was measured; while that is not shown to be above 0 there is nothing to give up, and the pre-trained policy has the greatest
 * share until the online policy is shown to earn more.
 *
 * Experience that another policy gathered changes nothing.
 * @throws {InvalidOptionError}
 */
export function createSessionReturnGate(options: SessionReturnGateOptions = {}): Gate & {
  readonly estimates: SessionReturnEstimates;
} {
  const { windowSessions = 150, minSessions = 40 } = options;
  const budget = checkRegretBudget(options);
  for (const [option, value] of Object.entries({ windowSessions, minSessions })) checkInteger(option, value, 1);
  const pretrained = new RunningMean(PRETRAINED_MEMORY);
  const online = new RunningMean(windowSessions);
  const sessions = new SessionRewards();
  let interactions = 0;
  let weight = budget.maxPretrainedWeight;

  function observe({ rollout, pretrainedActs }: GateExperience): void {
    interactions += rollout.actions.length;
    if (pretrainedActs === undefined) return;
    sessions.add(rollout, (reward, row) => {
      if (Number.isFinite(reward)) (pretrainedActs[row] === 1 ? pretrained : online).add(reward);
    });
    if (Math.min(pretrained.count, online.count) < minSessions) return;
    const [rewardVariance, onlineVariance] = [pretrained.standardError ** 2, online.standardError ** 2];
    weight = affordableShare(
      {
        difference: pretrained.mean - online.mean,
        reward: pretrained.mean,
        differenceVariance: rewardVariance + onlineVariance,
        ...{ rewardVariance, covariance: rewardVariance },
      },
      interactions,
      budget,
    );
  }

  return {
    specificationVersion: 'v1',
    by: 'session',
    get estimates() {
      return {
        weight,
        pretrainedReward: pretrained.count === 0 ? null : pretrained.mean,
        onlineReward: online.count === 0 ? null : online.mean,
      };
    },
    ...combineCheckpointables({
      pretrained: pretrained.state,
      online: online.state,
      sessions: sessions.state,
      gate: checkpointState(
        () => ({ interactions, weight }),
        (state) => {
          ({ interactions, weight } = state);
        },
      ),
    }),
    weigh: (_context, weights) => void weights.fill(weight),
    observe,
  };
}
