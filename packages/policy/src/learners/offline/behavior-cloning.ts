import { checkNumber } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import type { Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import type { SampledSoftmaxOptions } from '../sampled-softmax.js';
import { createOfflineLearner } from './offline-base.js';
import type { OfflineOptions } from './offline-options.js';
import { OFFLINE_NAMES } from './offline-options.js';

/** Options of `createBehaviorCloning`. */
export interface BehaviorCloningOptions extends OfflineOptions, SampledSoftmaxOptions {
  /** With the head `actor`; it is trained in place. */
  readonly network: Network;
  /** Only actions with at least this feedback are imitated; `train` throws if the log has none. Default `-Infinity`: all. */
  readonly minReward?: number;
}

const OPTION_NAMES: readonly (keyof BehaviorCloningOptions)[] = [
  ...OFFLINE_NAMES,
  'network',
  'sampledSoftmax',
  'minReward',
];

/**
 * Behaviour cloning: the actor imitates the logging policy, `loss = -mean(log pi(a|s))`; with `minReward`, only its liked
 * recommendations, which is the supervised next-item recommender (Hidasi et al. 2016).
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createBehaviorCloning(options: BehaviorCloningOptions): OfflineLearner {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
  const { network, minReward = Number.NEGATIVE_INFINITY } = options;
  if (minReward !== Number.NEGATIVE_INFINITY) checkNumber('minReward', minReward);
  const design = { network, heads: ['actor'], name: 'createBehaviorCloning', minReward: options.minReward } as const;
  return createOfflineLearner(options, design, ({ training }) => ({
    policy: createNetworkPolicy(network),
    train({ states, actions, feedback }) {
      const policyWeight = feedback.map((value) => (value >= minReward ? 1 : 0));
      const settings = { ...training, valueWeight: 0, entropyWeight: 0 };
      return { ...network.trainStep(states, actions, () => ({ policyWeight }), settings) };
    },
  }));
}
