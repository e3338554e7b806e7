import { CheckpointReader, checkInteger, checkNumber, checkShare, readTensors, tensorsCheckpoint } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkNamedOptions } from '../../checks/options.js';
import type { Rollout } from '../../experience/rollout.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { Network } from '../../network.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { checkSchedule, type Schedule, valueAt } from '../schedule.js';
import { checkTrainingOptions } from '../training-options.js';
import { returnsOf } from './returns.js';

/** Options of `createReinforce`. */
export interface ReinforceOptions {
  /** With the head `actor`; it is trained in place. */
  readonly network: Network;
  /** Steps of all sessions in one rollout, after which it is trained; at least the turns of a session. Default 20. */
  readonly rolloutLength?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** The optimiser's step size, or a schedule. Default 0.02. */
  readonly learningRate?: Schedule;
  /** `c_e`: weight of the entropy bonus, or a schedule. Default 0.01. */
  readonly entropyWeight?: Schedule;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 1. */
  readonly maxGradientNorm?: number;
  /** `c`: importance weights are truncated at this value. Default 1. */
  readonly maxImportanceWeight?: number;
}

const OPTION_NAMES: readonly (keyof ReinforceOptions)[] = [
  'network',
  'rolloutLength',
  'discount',
  'learningRate',
  'entropyWeight',
  'maxGradientNorm',
  'maxImportanceWeight',
];

/**
 * REINFORCE (Williams 1992) over whole sessions, with the mean return as the baseline:
 *
 * `loss = -mean(min(c, pi(a|s) / mu(a|s)) log pi(a|s) (G - mean(G))) - c_e mean(entropy(pi(.|s)))`.
 *
 * The importance weight corrects, to first order, for experience of another policy `mu` (M. Chen and others, "Top-K Off-Policy
 * Correction for a REINFORCE Recommender System", WSDM 2019); on the learner's own experience it is 1. Transitions of sessions
 * that do not end within the rollout have no return yet and are left out, so a rollout should be several sessions long.
 *
 * `learn` throws an `InvalidOptionError` for a rollout that is not full or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; network and optimiser are then
 * unchanged.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createReinforce(options: ReinforceOptions): Learner & { readonly network: Network } {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
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
  checkSchedule('entropyWeight', entropyWeight);
  if (maxImportanceWeight !== Number.POSITIVE_INFINITY) checkNumber('maxImportanceWeight', maxImportanceWeight, 0);
  const { maxGradientNorm = 1 } = options;
  checkTrainingOptions({ learningRate, maxGradientNorm });
  let interactions = 0;

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const { value: returns, known } = returnsOf(rollout, discount);
    const rows = known.reduce((sum, isKnown) => sum + isKnown, 0);
    const baseline = rows === 0 ? 0 : returns.reduce((sum, value) => sum + value, 0) / rows;
    const policyWeight = new Float32Array(returns.length);
    const training = {
      learningRate: valueAt('learningRate', learningRate, interactions),
      entropyWeight: valueAt('entropyWeight', entropyWeight, interactions),
      ...{ valueWeight: 0, maxGradientNorm },
    };
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
    interactions += returns.length;
    return { ...report, meanReturn: baseline };
  }

  return {
    specificationVersion: 'v1',
    policy: createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({ network: tensorsCheckpoint(network.trainingState()), interactions }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const state = readTensors(reader.part('network'));
      const seen = reader.count('interactions');
      network.setTrainingState(state);
      interactions = seen;
    },
  };
}
