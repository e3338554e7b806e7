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
import { withDrawnActions } from './sampled-rows.js';

/** Options of `createSa2c`. */
export interface Sa2cOptions extends OfflineOptions, TargetNetworkOptions, SampledSoftmaxOptions {
  /** With the heads `actor`, which predicts the next item, and `q`; it is trained in place. */
  readonly network: Network;
  /** Negative items sampled for each state. Default 10. */
  readonly negatives?: number;
  /** Feedback of the negative items. Default 0. */
  readonly negativeReward?: number;
  /** Optimiser steps at the start in which the critic is trained and the actor's loss is not weighted by it. Default 1,000. */
  readonly criticWarmUpSteps?: number;
  /** `c_q`: weight of the action values' loss beside the supervised one. Default 1. */
  readonly qWeight?: number;
  /** Discount `gamma`. Default 0.5, as in the paper. */
  readonly discount?: number;
}

const OPTION_NAMES: readonly (keyof Sa2cOptions)[] = [
  ...OFFLINE_NAMES,
  ...TARGET_NETWORK_NAMES,
  'network',
  'sampledSoftmax',
  'negatives',
  'negativeReward',
  'criticWarmUpSteps',
  'qWeight',
  'discount',
];

/**
 * Supervised advantage actor-critic, SA2C (Xin, Karatzoglou, Arapakis, Jose, WSDM 2022, arXiv 2111.03474): Q learning with
 * sampled negative items (SNQN), and a supervised loss weighted by the advantage of the logged item over the mean of it and the
 * negatives:
 *
 * `loss = -mean(stop(A) log pi(a|s)) + c_q mean over a and the negatives of (y - Q)^2`, `A = Q(s, a) - mean Q(s, .)`. A negative
 * item `b` leaves the state as it is: `y_b = r_b + gamma Q'(s, argmax Q(s, .))`.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createSa2c(options: Sa2cOptions): OfflineLearner {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const {
    network,
    negatives = 10,
    negativeReward = 0,
    criticWarmUpSteps = 1000,
    qWeight = 1,
    discount = 0.5,
    random,
  } = options;
  checkInteger('negatives', negatives, 1);
  checkInteger('criticWarmUpSteps', criticWarmUpSteps, 0);
  checkNumber('negativeReward', negativeReward);
  checkNumber('qWeight', qWeight, 0);
  checkShare('discount', discount);
  const width = 1 + negatives;
  const design = { network, heads: ['actor', 'q'], name: 'createSa2c', target: options } as const;
  return createOfflineLearner(options, design, ({ training, target, steps }) => ({
    policy: createNetworkPolicy(network),
    train(batch) {
      const settings = { ...training, valueWeight: 0, entropyWeight: 0, qWeight };
      const { states, actions, feedback, reward } = batch;
      const positiveTargets = doubleQTargets(batch, batch.next, network, target, discount);
      const staying = {
        ...batch,
        reward: reward.map(() => negativeReward),
        terminated: new Uint8Array(reward.length),
      };
      const negativeTargets = doubleQTargets(staying, states, network, target, discount);
      const all = withDrawnActions(states, actions, negatives, random);
      const isWeighed = steps() >= criticWarmUpSteps;
      const report = network.trainStep(
        all.states,
        all.actions,
        ({ q }) => {
          const policyWeight = new Float32Array(q.length);
          const qTarget = new Float32Array(q.length);
          for (let row = 0; row < reward.length; row++) {
            const [first, end] = [row * width, (row + 1) * width];
            const mean = q.subarray(first, end).reduce((sum, value) => sum + value, 0) / width;
            // The loss is a mean over all rows, of which a state has `width`.
            policyWeight[first] = feedback[row] > 0 ? width * (isWeighed ? q[first] - mean : 1) : 0;
            qTarget.fill(negativeTargets[row], first, end);
            qTarget[first] = positiveTargets[row];
          }
          return { policyWeight, qTarget };
        },
        settings,
      );
      return { ...report };
    },
  }));
}
