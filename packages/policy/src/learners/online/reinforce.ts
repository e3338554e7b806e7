import { CheckpointReader, checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import type { Rollout } from '../../experience/rollout.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { Network } from '../../network.js';
import { networkCheckpoint, readWeights } from '../../persistence/network-checkpoint.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { checkTraining } from '../training-options.js';
import { returnsOf } from './returns.js';

/** Options of `createReinforce`. */
export interface ReinforceOptions {
  /** An actor; it is trained in place. */
  readonly network: Network;
  /** Steps of all sessions in one update; at least as many as a session has turns. Default 20. */
  readonly rolloutLength?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** The optimiser's step size. Default 0.02. */
  readonly learningRate?: number;
  /** `c_e`, the weight of the entropy bonus. Default 0.01. */
  readonly entropyWeight?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 1. */
  readonly maxGradientNorm?: number;
  /** The importance weight of an action is cut here (`c`). Default 1. */
  readonly maxImportanceWeight?: number;
}

/**
 * REINFORCE (Williams 1992) over whole sessions, with the mean return as the baseline:
 *
 * `loss = -mean(min(c, pi(a|s) / mu(a|s)) log pi(a|s) (G - mean(G))) - c_e mean(entropy(pi(.|s)))`.
 *
 * The weight corrects, to first order, for another policy `mu` that acted (M. Chen and others, "Top-K Off-Policy Correction
 * for a REINFORCE Recommender System", WSDM 2019); where the learner's own policy acted it is 1. Rows of sessions that do
 * not end within the rollout have no return yet and are left out, which is why a rollout should be several sessions long.
 *
 * Its `learn` throws as that of `createA2C` does.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createReinforce(options: ReinforceOptions): Learner & { readonly network: Network } {
  checkOptions(options, '{ network }');
  const {
    network,
    rolloutLength = 20,
    discount = 0.8,
    learningRate = 0.02,
    entropyWeight = 0.01,
    maxImportanceWeight = 1,
  } = options;
  checkNetwork(network, ['actor'], 'createReinforce');
  checkInteger('rolloutLength', rolloutLength, 1);
  checkShare('discount', discount);
  checkNumber('entropyWeight', entropyWeight, 0);
  if (maxImportanceWeight !== Number.POSITIVE_INFINITY) checkNumber('maxImportanceWeight', maxImportanceWeight, 0);
  const training = { ...checkTraining({ ...options, learningRate }), entropyWeight, valueWeight: 0 };

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const { value: returns, known } = returnsOf(rollout, discount);
    const rows = known.reduce((sum, isKnown) => sum + isKnown, 0);
    const baseline = rows === 0 ? 0 : returns.reduce((sum, value) => sum + value, 0) / rows;
    const policyWeight = new Float32Array(returns.length);
    const report = network.trainStep(
      rollout.states,
      rollout.actions,
      ({ logProbability }) => {
        for (let row = 0; row < returns.length; row++) {
          const ratio = Math.min(maxImportanceWeight, Math.exp(logProbability[row]) / rollout.propensity[row]);
          policyWeight[row] = known[row] === 1 ? ratio * (returns[row] - baseline) : 0;
        }
        return { policyWeight };
      },
      training,
    );
    return { ...report, meanReturn: baseline };
  }

  return {
    specificationVersion: 'v1',
    policy: createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({ network: networkCheckpoint(network) }),
    restore: (checkpoint) => network.setTrainingState(readWeights(new CheckpointReader(checkpoint), 'network')),
  };
}
