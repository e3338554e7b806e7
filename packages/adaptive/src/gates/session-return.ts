import { CHOSEN_BY, checkInteger, checkOptionNames } from '@ialp/core';
import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import { SessionRewards } from '../experience/session-rewards.js';
import type { Gate, GateExperience } from '../gate.js';
import { affordableShare, checkRegretBudget, REGRET_BUDGET_NAMES, type RegretBudgetOptions } from './regret-budget.js';
import { RunningMean } from './running-mean.js';

/** Options of `createSessionReturnGate`. */
export interface SessionReturnGateOptions extends RegretBudgetOptions {
  /** Window of the online policy's mean, in sessions: older sessions are of an earlier version of it. Default 150. */
  readonly windowSessions?: number;
  /** Sessions of each policy before the means are compared. The first sessions to end are the short ones. Default 40. */
  readonly minSessions?: number;
}

/** Estimates of the gate. Rewards are per session; null before a session of that policy ended. */
export type SessionReturnEstimates = {
  /** `w`: share of new sessions assigned to the pre-trained policy. */
  readonly weight: number;
  readonly pretrainedReward: number | null;
  readonly onlineReward: number | null;
};

/** Window of the pre-trained policy's mean, in sessions: the policy is frozen, only the users change. */
const PRETRAINED_WINDOW = 2000;

/**
 * A gate for sessions that are each served by one policy (`by: 'session'`): a randomised experiment that compares the rewards of
 * both policies' sessions, and gives the pre-trained policy the smallest share at which no more than the regret budget is lost.
 * It needs no critic, no propensities and no horizon. The budget is a share of the measured reward of the pre-trained policy's
 * sessions; while that is not shown to be above 0, the pre-trained policy has the largest share until the online policy is shown
 * to earn more.
 *
 * Experience of other policies is ignored.
 * @throws {InvalidOptionError}
 */
export function createSessionReturnGate(options: SessionReturnGateOptions = {}): Gate & {
  readonly estimates: SessionReturnEstimates;
} {
  checkOptionNames(options, [...REGRET_BUDGET_NAMES, 'windowSessions', 'minSessions']);
  const { windowSessions = 150, minSessions = 40 } = options;
  const budget = checkRegretBudget(options);
  for (const [option, value] of Object.entries({ windowSessions, minSessions })) checkInteger(option, value, 1);
  const pretrained = new RunningMean(PRETRAINED_WINDOW);
  const online = new RunningMean(windowSessions);
  const sessions = new SessionRewards();
  let interactions = 0;
  let weight = budget.maxPretrainedWeight;

  function observe({ trajectories }: GateExperience): void {
    interactions += trajectories.rows;
    sessions.add(trajectories, ({ reward, chosenBy }) => {
      if (!Number.isFinite(reward) || chosenBy === CHOSEN_BY.unknown) return;
      (chosenBy === CHOSEN_BY.pretrained ? pretrained : online).add(reward);
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
    specificationVersion: 'v2',
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
