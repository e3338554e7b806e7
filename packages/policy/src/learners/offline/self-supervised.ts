import { checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { doubleQTargets } from '../replay/double-q-targets.js';
import { TARGET_NETWORK_NAMES, type TargetNetworkOptions } from '../replay/target-network.js';
import type { SampledSoftmaxOptions } from '../sampled-softmax.js';
import { createOfflineLearner } from './offline-base.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';

/** Options of `createSqn` and `createSac4Rec`. */
export interface SelfSupervisedOptions extends OfflineOptions, TargetNetworkOptions, SampledSoftmaxOptions {
  /** With the heads `actor`, which predicts the next item, and `q`; it is trained in place. */
  readonly network: Network;
  /** Least feedback of an action that is a positive example; `train` throws if the log has none. Default: any feedback above 0. */
  readonly minReward?: number;
  /** `c_q`: weight of the action values' loss beside the supervised one. Default 1. */
  readonly qWeight?: number;
  /** Discount `gamma`. Default 0.5, as in the paper. */
  readonly discount?: number;
}

const SELF_SUPERVISED_NAMES: readonly (keyof SelfSupervisedOptions)[] = [
  ...OFFLINE_NAMES,
  ...TARGET_NETWORK_NAMES,
  'network',
  'sampledSoftmax',
  'minReward',
  'qWeight',
  'discount',
];

/**
 * Self-supervised Q learning, SQN (Xin, Karatzoglou, Arapakis, Jose, SIGIR 2020, arXiv 2006.05779): one state encoder with two
 * heads, supervised next-item prediction and double Q learning, whose loss regularises the encoder:
 * `loss = -mean(log pi(a|s)) + c_q mean((y - Q(s, a))^2)`. The supervised head recommends.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createSqn(options: SelfSupervisedOptions): OfflineLearner {
  checkNamedOptions(options, '{ network, random }', SELF_SUPERVISED_NAMES);
  return selfSupervised(options, 'createSqn', () => 1, 0);
}

/** Options of `createSac4Rec`. */
export interface Sac4RecOptions extends SelfSupervisedOptions {
  /** Optimiser steps at the start in which the critic is trained and the actor's loss is not weighted by it. Default 1,000. */
  readonly criticWarmUpSteps?: number;
}

const SAC4REC_NAMES: readonly (keyof Sac4RecOptions)[] = [...SELF_SUPERVISED_NAMES, 'criticWarmUpSteps'];

/**
 * Self-supervised actor-critic, called SAC in the same paper (not soft actor-critic): after a warm-up the supervised loss is
 * weighted by the critic, `loss = -mean(stop(Q(s, a)) log pi(a|s)) + c_q mean((y - Q(s, a))^2)`.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createSac4Rec(options: Sac4RecOptions): OfflineLearner {
  checkNamedOptions(options, '{ network, random }', SAC4REC_NAMES);
  const { criticWarmUpSteps = 1000 } = options;
  checkInteger('criticWarmUpSteps', criticWarmUpSteps, 0);
  return selfSupervised(options, 'createSac4Rec', (q) => q, criticWarmUpSteps);
}

function selfSupervised(
  options: SelfSupervisedOptions,
  name: string,
  weigh: (q: number) => number,
  criticWarmUpSteps: number,
): OfflineLearner {
  const { network, minReward = Number.MIN_VALUE, qWeight = 1, discount = 0.5 } = options;
  checkNumber('minReward', minReward);
  checkNumber('qWeight', qWeight, 0);
  checkShare('discount', discount);
  const design = { network, heads: ['actor', 'q'], name, target: options, minReward: options.minReward } as const;
  return createOfflineLearner(options, design, ({ training, target, steps }) => ({
    policy: createNetworkPolicy(network),
    train(batch) {
      const settings = { ...training, valueWeight: 0, entropyWeight: 0, qWeight };
      const qTarget = doubleQTargets(batch, batch.next, network, target, discount);
      const isWeighed = steps() >= criticWarmUpSteps;
      const report = network.trainStep(
        batch.states,
        batch.actions,
        ({ q }) => ({
          policyWeight: batch.feedback.map((value, row) => (value < minReward ? 0 : isWeighed ? weigh(q[row]) : 1)),
          qTarget,
        }),
        settings,
      );
      return { ...report };
    },
  }));
}
