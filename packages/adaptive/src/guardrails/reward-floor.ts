import {
  checkInteger,
  checkpointState,
  checkShare,
  checkSpecification,
  combineCheckpointables,
  InvalidOptionError,
  type Observation,
} from '@ialp/core';
import type { Learner, Policy, Rollout } from '@ialp/policy';
import { SessionRewards } from '../experience/session-rewards.js';
import { confidenceRadius } from './confidence-radius.js';
import { createDividedPolicy } from './divided-policy.js';

/** Options of `withRewardFloor`. */
export interface RewardFloorOptions {
  /** What is certain to be good enough: the policy before the first day. */
  readonly pretrained: Policy;
  /** The learner to limit: an adaptive learner, or any other. */
  readonly learner: Learner;
  /** Share of the pre-trained policy's reward that may be lost. From 0 to 1. Default 0.1. */
  readonly alpha?: number;
  /** Probability with which the floor holds. Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Sessions that the pre-trained policy serves first, so that its reward is known. At least 2. Default 200. */
  readonly firstSessions?: number;
}

/** How a floor stands. Rewards are of sessions. */
export interface RewardFloorStatistics {
  /** Sessions that have ended: of the pre-trained policy, and of the learner. */
  readonly pretrainedSessions: number;
  readonly learnerSessions: number;
  /** Mean reward of either; null before the first one ended. */
  readonly pretrainedReward: number | null;
  readonly learnerReward: number | null;
  /** Reward beyond the floor that may still be lost: new sessions go to the learner while it lasts. */
  readonly budget: number;
}

/**
 * Conservative exploration (Wu, Shariff, Lattimore and Szepesvari 2016, arXiv 1602.04282; Kazerouni, Ghavamzadeh,
 * Abbasi-Yadkori and Van Roy 2017, arXiv 1611.06426), by session: a new session is given to the learner only if, were it to
 * earn nothing, as were all of the learner's sessions that are still open, the total would stay above the floor,
 *
 * `rewards of ended sessions + L * open sessions of the pre-trained policy >= (1 - alpha) U * sessions begun`.
 *
 * `L` and `U` bound the pre-trained policy's mean reward of a session at all times at once, with the stated confidence, from the
 * sessions that it served. With that confidence learning never costs more than `alpha` of what the pre-trained policy would
 * have earned, but for the chance by which its own sessions earn less than their mean. Rewards must not be negative.
 *
 * Rows of an observation are session slots, as `Environment` has them: a session begins where `turn` is 0. The propensity is
 * that of the policy which the session belongs to. The learner learns from all sessions, and corrects for those of the
 * pre-trained policy by their propensities.
 * @throws {InvalidOptionError}
 */
export function withRewardFloor(options: RewardFloorOptions): Learner & { readonly statistics: RewardFloorStatistics } {
  const { pretrained, learner, alpha = 0.1, confidence = 0.95, firstSessions = 200 } = options;
  checkSpecification('learner', learner, ['learn'], 'a learner, such as createA2C({ network })');
  checkSpecification('pretrained', pretrained, ['distribution'], 'a policy, such as createNetworkPolicy(network)');
  checkShare('alpha', alpha);
  if (!(confidence > 0 && confidence < 1)) throw new InvalidOptionError('confidence', confidence, 'between 0 and 1');
  checkInteger('firstSessions', firstSessions, 2);
  const account = new Account(alpha, confidence, firstSessions);
  const rewards = new SessionRewards();
  const divided = createDividedPolicy(pretrained, learner.policy, {
    historyLength: learner.rolloutLength,
    divide: (observation, isNew, toSecond) => account.divide(observation, isNew, toSecond),
    begun: (toSecond) => account.begin(toSecond),
  });
  return {
    specificationVersion: 'v1',
    policy: divided.policy,
    rolloutLength: learner.rolloutLength,
    get statistics() {
      return account.statistics();
    },
    learn(rollout: Rollout) {
      const acted = divided.actedIn(rollout);
      if (acted === undefined) {
        throw new InvalidOptionError(
          'rollout',
          'items or propensities that this policy did not show last',
          'the rollout that it has just gathered, all of its steps, since the floor counts sessions by who served them',
        );
      }
      rewards.add(rollout, (reward, row) => {
        if (Number.isFinite(reward)) account.end(acted[row], reward);
      });
      return learner.learn(rollout);
    },
    ...combineCheckpointables({ learner, account: account.state, rewards: rewards.state, sessions: divided.state }),
  };
}

/** The pre-trained policy's sessions, and the learner's. */
const [PRETRAINED, LEARNER] = [0, 1];

/** What was begun, what has ended, and what it came to. */
class Account {
  readonly #alpha: number;
  readonly #confidence: number;
  readonly #first: number;
  #begun = Float64Array.of(0, 0);
  #ended = Float64Array.of(0, 0);
  #reward = Float64Array.of(0, 0);
  #square = 0;
  readonly state = checkpointState(
    () => ({ begun: this.#begun, ended: this.#ended, reward: this.#reward, square: this.#square }),
    ({ begun, ended, reward, square }) => {
      [this.#begun, this.#ended, this.#reward, this.#square] = [begun, ended, reward, square];
    },
  );

  constructor(alpha: number, confidence: number, first: number) {
    this.#alpha = alpha;
    this.#confidence = confidence;
    this.#first = first;
  }

  begin(toLearner: Uint8Array): void {
    for (const who of toLearner) this.#begun[who]++;
  }

  end(who: number, reward: number): void {
    this.#ended[who]++;
    this.#reward[who] += reward;
    if (who === PRETRAINED) this.#square += reward ** 2;
  }

  /** Gives new sessions to the learner, in the order of their slots, as long as the budget lasts. */
  divide({ sessions }: Observation, isNew: Uint8Array, toLearner: Uint8Array): void {
    const { floor, secured } = this.#stand();
    let begun = this.#begun[PRETRAINED] + this.#begun[LEARNER];
    for (let slot = 0; slot < sessions; slot++) {
      if (isNew[slot] === 0) continue;
      begun++;
      toLearner[slot] = secured >= floor * begun ? 1 : 0;
    }
  }

  statistics(): RewardFloorStatistics {
    const { floor, secured } = this.#stand();
    const mean = (who: number): number | null => (this.#ended[who] === 0 ? null : this.#reward[who] / this.#ended[who]);
    return {
      pretrainedSessions: this.#ended[PRETRAINED],
      learnerSessions: this.#ended[LEARNER],
      pretrainedReward: mean(PRETRAINED),
      learnerReward: mean(LEARNER),
      budget: Math.max(0, secured - floor * (this.#begun[PRETRAINED] + this.#begun[LEARNER])),
    };
  }

  /** What is secured by now, and the floor of a session; nothing is, and it is infinite, before enough is known. */
  #stand(): { readonly floor: number; readonly secured: number } {
    const count = this.#ended[PRETRAINED];
    if (count < this.#first) return { floor: Number.POSITIVE_INFINITY, secured: 0 };
    const mean = this.#reward[PRETRAINED] / count;
    const deviation = Math.sqrt(Math.max(0, this.#square / count - mean ** 2));
    const radius = confidenceRadius(count, deviation, this.#confidence, this.#first);
    const open = this.#begun[PRETRAINED] - count;
    return {
      floor: (1 - this.#alpha) * (mean + radius),
      secured: this.#reward[PRETRAINED] + this.#reward[LEARNER] + open * Math.max(0, mean - radius),
    };
  }
}
