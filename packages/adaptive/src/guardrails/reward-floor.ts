import {
  type Checkpoint,
  checkInteger,
  checkObject,
  checkOptionNames,
  checkShare,
  described,
  InvalidOptionError,
  type Observation,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader, checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { Learner, Network, Policy } from '@ialp/policy';
import { checkLearner, checkPolicy, checkTrajectories } from '../checks.js';
import { frozenNetworkPart, frozenNetworkState, networksOf } from '../experience/frozen-network.js';
import { combinePolicyStates, type PolicyStatePart } from '../experience/policy-state.js';
import { SessionRewards } from '../experience/session-rewards.js';
import { confidenceRadius } from './confidence-radius.js';
import { createDividedPolicy } from './divided-policy.js';

/** Options of `withRewardFloor`. */
export interface RewardFloorOptions {
  /**
   * The baseline: the policy in use before deployment of the learner. With an adaptive learner by session, the same policy as that learner's
   * `pretrained`: its gate counts the sessions of the baseline as those of its pre-trained policy.
   */
  readonly pretrained: Policy;
  /** The learner to limit: an adaptive learner, or any other. */
  readonly learner: Learner;
  /** Share of the baseline's reward that may be lost. From 0 to 1. Default 0.1. */
  readonly maxLossShare?: number;
  /** Probability with which the floor holds. Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Initial sessions served by the baseline, to estimate its reward. At least 2. Default 200. */
  readonly firstSessions?: number;
}

/** Statistics of a reward floor. Rewards are per session. */
export interface RewardFloorStatistics {
  /** Ended sessions of the pre-trained policy and of the learner. */
  readonly pretrainedSessions: number;
  readonly learnerSessions: number;
  /** Mean rewards; null before the first session has ended. */
  readonly pretrainedReward: number | null;
  readonly learnerReward: number | null;
  /** Reward above the floor that may still be lost; while it is positive, new sessions go to the learner. */
  readonly budget: number;
}

/** A learner with a reward floor. */
export interface RewardFloor extends Learner {
  /** The current statistics, for logs. */
  readonly statistics: RewardFloorStatistics;
  /**
   * The networks of the learner, and that of the baseline: new items have to be placed in all of them (`placeItems` of
   * `@ialp/policy/catalogue`).
   */
  readonly networks: readonly Network[];
}

/**
 * Conservative exploration (Wu, Shariff, Lattimore and Szepesvari 2016, arXiv 1602.04282; Kazerouni, Ghavamzadeh,
 * Abbasi-Yadkori and Van Roy 2017, arXiv 1611.06426), by session: a new session is assigned to the learner only if the total reward
 * stays above the floor even if this session and all open sessions of the learner earn nothing,
 *
 * `rewards of ended sessions + L * open sessions of the pre-trained policy >= (1 - maxLossShare) U * sessions begun`.
 *
 * `L` and `U` are a confidence sequence, valid at all times, for the pre-trained policy's mean reward per session, estimated from
 * the sessions that it served. With the given confidence, learning never costs more than `maxLossShare` of what the pre-trained policy
 * would have earned, apart from random variation of its own sessions around their mean. Rewards must not
 * be negative: `learn` throws an `InvalidOptionError` for one that is, and nothing is changed.
 *
 * Sessions are told apart by their keys, and may come one at a time. Propensities are those of the policy that serves the session. The
 * learner learns from all sessions, and corrects for those of the pre-trained policy by their propensities.
 *
 * Where one process learns and others decide, each session has to be made known to the one that learns, before its trajectories, by the memory
 * that the deciding one had of it: `policy.sessions.remember(session, memory)`. It then counts as begun, too.
 * @throws {InvalidOptionError}
 */
export function withRewardFloor(options: RewardFloorOptions): RewardFloor {
  checkObject('options', options, 'an object, such as { pretrained: createNetworkPolicy(network), learner }');
  checkOptionNames(options, OPTION_NAMES);
  const { pretrained, learner, maxLossShare = 0.1, confidence = 0.95, firstSessions = 200 } = options;
  checkLearner('learner', learner);
  checkPolicy('pretrained', pretrained);
  checkShare('maxLossShare', maxLossShare);
  if (!(confidence > 0 && confidence < 1)) throw new InvalidOptionError('confidence', confidence, 'between 0 and 1');
  checkInteger('firstSessions', firstSessions, 2);
  const account = new Account(maxLossShare, confidence, firstSessions);
  const rewards = new SessionRewards();
  const divided = createDividedPolicy(pretrained, learner.policy, {
    divide: (observation, isNew, toSecond) => account.divide(observation, isNew, toSecond),
    begun: (isSecond, order) => account.begin(isSecond ? LEARNER : PRETRAINED, order),
  });
  return {
    specificationVersion: 'v2',
    policy: divided.policy,
    rolloutLength: learner.rolloutLength,
    networks: networksOf(learner, pretrained),
    get statistics() {
      return account.statistics();
    },
    learn(trajectories: Trajectories) {
      checkTrajectories(trajectories);
      checkRewards(trajectories);
      const { session } = trajectories.states;
      const unknown = session.find((key) => divided.isSecond(key) === undefined);
      if (unknown !== undefined) {
        const found = described(`session ${unknown}, which this policy did not serve`);
        throw new InvalidOptionError(
          'trajectories',
          found,
          'sessions that this policy served, as the floor accounts for each',
        );
      }
      rewards.add(trajectories, (ended) => {
        if (!Number.isFinite(ended.reward)) return;
        account.end(divided.isSecond(ended.session) === true ? LEARNER : PRETRAINED, ended.reward);
      });
      divided.forgetEnded(trajectories);
      return learner.learn(trajectories);
    },
    ...combineCheckpointables({
      ...{ learner, account: account.state, rewards: rewards.state, sessions: divided.state },
      ...frozenNetworkState(pretrained, learner),
    }),
    ...combinePolicyStates(learner, { account: account.published, ...frozenNetworkPart(pretrained, learner) }),
  };
}

const OPTION_NAMES: readonly (keyof RewardFloorOptions)[] = [
  'pretrained',
  'learner',
  'maxLossShare',
  'confidence',
  'firstSessions',
];

/**
 * Throws if a reward is negative: a session of the learner could then cost more than the nothing that the floor allows for.
 * @throws {InvalidOptionError}
 */
function checkRewards({ reward }: Trajectories): void {
  const wrong = reward.findIndex((value) => value < 0);
  if (wrong === -1) return;
  const expected = 'a reward of at least 0, which the floor needs: add a constant to the rewards';
  throw new InvalidOptionError(`trajectories.reward[${wrong}]`, reward[wrong], expected);
}

/** Indices of the pre-trained policy and of the learner. */
const [PRETRAINED, LEARNER] = [0, 1];

/** Copies of an account's sums. @throws {CheckpointError} */
function sumsOf(checkpoint: Checkpoint): Record<'begun' | 'ended' | 'reward', Float64Array> & { square: number } {
  const reader = new CheckpointReader(checkpoint, 'account');
  const [begun, ended, reward] = ['begun', 'ended', 'reward'].map((name) =>
    reader.array(name, Float64Array, 2).slice(),
  );
  return { begun, ended, reward, square: reader.number('square') };
}

/** Counts begun and ended sessions of both policies, and sums their rewards. */
class Account {
  readonly #maxLossShare: number;
  readonly #confidence: number;
  readonly #first: number;
  #begun: Float64Array = Float64Array.of(0, 0);
  #ended: Float64Array = Float64Array.of(0, 0);
  #reward: Float64Array = Float64Array.of(0, 0);
  #square = 0;
  /** Begun sessions of both policies that were in the last published state that was taken. */
  #published: Float64Array = Float64Array.of(0, 0);
  readonly state = checkpointState(
    () => ({ begun: this.#begun, ended: this.#ended, reward: this.#reward, square: this.#square }),
    ({ begun, ended, reward, square }) => {
      [this.#begun, this.#ended, this.#reward, this.#square] = [begun, ended, reward, square];
      this.#published = Float64Array.of(0, 0);
    },
  );
  /**
   * What a process that decides takes from the one that learns: the sessions that have ended. Both count those that have begun, the one when it
   * assigns them, the other when it gets to know them: the greater number holds.
   */
  readonly published: PolicyStatePart = {
    read: () => this.state.checkpoint(),
    prepare: (checkpoint) => {
      const { ended, reward, square, begun } = sumsOf(checkpoint);
      return {
        commit: () => {
          [this.#ended, this.#reward, this.#square, this.#published] = [ended, reward, square, begun];
          this.#begun = this.#begun.map((own, who) => Math.max(own, begun[who]));
        },
      };
    },
  };

  constructor(maxLossShare: number, confidence: number, first: number) {
    this.#maxLossShare = maxLossShare;
    this.#confidence = confidence;
    this.#first = first;
  }

  /**
   * Counts a session that begins, or one of another instance (`order`), unless it is among the published ones.
   * @returns its number among the sessions of its policy.
   */
  begin(who: number, order = 0): number {
    if (order === 0 || order > this.#published[who]) this.#begun[who]++;
    return order === 0 ? this.#begun[who] : order;
  }

  end(who: number, reward: number): void {
    this.#ended[who]++;
    this.#reward[who] += reward;
    if (who === PRETRAINED) this.#square += reward ** 2;
  }

  /**
   * Assigns new sessions to the learner, in the order of their rows, while the budget lasts: as if they came one at a time, so that the
   * pre-trained policy's open sessions include those of the rows before.
   */
  divide({ rows }: Observation, isNew: Uint8Array, toLearner: Uint8Array): void {
    const { floor, securedWith } = this.#bounds();
    const begun = this.#begun.slice();
    for (let row = 0; row < rows; row++) {
      if (isNew[row] === 0) continue;
      const sessions = begun[PRETRAINED] + begun[LEARNER] + 1;
      toLearner[row] = securedWith(begun[PRETRAINED]) >= floor * sessions ? 1 : 0;
      begun[toLearner[row]]++;
    }
  }

  statistics(): RewardFloorStatistics {
    const { floor, securedWith } = this.#bounds();
    const secured = securedWith(this.#begun[PRETRAINED]);
    const mean = (who: number): number | null => (this.#ended[who] === 0 ? null : this.#reward[who] / this.#ended[who]);
    return {
      pretrainedSessions: this.#ended[PRETRAINED],
      learnerSessions: this.#ended[LEARNER],
      pretrainedReward: mean(PRETRAINED),
      learnerReward: mean(LEARNER),
      budget: Math.max(0, secured - floor * (this.#begun[PRETRAINED] + this.#begun[LEARNER])),
    };
  }

  /**
   * The floor per session, and the secured reward when the pre-trained policy has begun a number of sessions; infinite and 0 before the
   * initial sessions have ended.
   */
  #bounds(): { readonly floor: number; readonly securedWith: (begun: number) => number } {
    const count = this.#ended[PRETRAINED];
    if (count < this.#first) return { floor: Number.POSITIVE_INFINITY, securedWith: () => 0 };
    const mean = this.#reward[PRETRAINED] / count;
    const deviation = Math.sqrt(Math.max(0, this.#square / count - mean ** 2));
    const radius = confidenceRadius(count, deviation, this.#confidence, this.#first);
    const least = Math.max(0, mean - radius);
    return {
      floor: (1 - this.#maxLossShare) * (mean + radius),
      securedWith: (begun) => this.#reward[PRETRAINED] + this.#reward[LEARNER] + (begun - count) * least,
    };
  }
}
