import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkShare,
  createRandom,
  type Random,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader, readTensors, tensorsCheckpoint } from '@ialp/core/checkpoint';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkNamedOptions } from '../../checks/options.js';
import type { CheckpointableLearner, LearningReport } from '../../learner.js';
import type { Network } from '../../network.js';
import { weightsAsPolicyState } from '../../persistence/policy-weights.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { ownDecisionsOf } from '../own-decisions.js';
import {
  checkSampledItems,
  restoreSampling,
  type SampledSoftmaxOptions,
  sampledSoftmaxOf,
  samplingCheckpoint,
} from '../sampled-softmax.js';
import { checkSchedule, type Schedule, valueAt } from '../schedule.js';
import {
  creditedWeights,
  type Probabilities,
  SLATE_CREDITS,
  type SlateCredit,
  slateRatios,
} from '../slates/slate-credit.js';
import { trainOnSlates } from '../slates/train-on-slates.js';
import { checkTrainingOptions } from '../training-options.js';
import { returnsOf } from './returns.js';

/** Options of `createReinforce`. */
export interface ReinforceOptions extends SampledSoftmaxOptions {
  /** With the head `actor`; it is trained in place. */
  readonly network: Network;
  /** Turns of each session between two updates; at least those of a whole session. Default 20. */
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
  /** Which items of a slate are credited with its return. No effect on single items. Default `choice`. */
  readonly slateCredit?: SlateCredit;
  /** Samples the items of `sampledSoftmax`. Default `createRandom(1)`. */
  readonly random?: Random;
}

const OPTION_NAMES: readonly (keyof ReinforceOptions)[] = [
  'network',
  'rolloutLength',
  'discount',
  'learningRate',
  'entropyWeight',
  'maxGradientNorm',
  'maxImportanceWeight',
  'slateCredit',
  'sampledSoftmax',
  'random',
];

/**
 * REINFORCE (Williams 1992) over whole sessions, with the mean return as the baseline:
 *
 * `loss = -mean(min(c, pi(a|s) / mu(a|s)) log pi(a|s) (G - mean(G))) - c_e mean(entropy(pi(.|s)))`.
 *
 * The importance weight corrects, to first order, for experience of another policy `mu` (M. Chen and others, "Top-K Off-Policy
 * Correction for a REINFORCE Recommender System", WSDM 2019); on the learner's own experience it is 1. Transitions of sessions
 * that do not end within the trajectories have no return yet and are left out, so `rolloutLength` should be several sessions long.
 *
 * With `sampledSoftmax` the gradient is estimated from a sample of the catalogue, but importance weights are not: `pi(a|s)` is then computed
 * over the whole catalogue before the step, as when the policy acts; it is known where this policy has acted under the same weights. The same
 * holds for a network with a `shortlist`: weights are those of the policy that acts, while the gradient is that of the softmax over the catalogue.
 *
 * `learn` throws an `InvalidOptionError` for what is not trajectories or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; network and optimiser are then
 * unchanged.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createReinforce(options: ReinforceOptions): CheckpointableLearner & { readonly network: Network } {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
  const {
    network,
    rolloutLength = 20,
    discount = 0.8,
    learningRate = 0.02,
    entropyWeight = 0.01,
    maxImportanceWeight = 1,
    slateCredit = 'choice',
    sampledSoftmax,
    random = createRandom(1),
  } = options;
  checkNetwork(network, ['actor'], 'createReinforce');
  checkInteger('rolloutLength', rolloutLength, 1);
  checkShare('discount', discount);
  checkOneOf('slateCredit', slateCredit, SLATE_CREDITS);
  checkRandom(random);
  const sampling = sampledSoftmaxOf(sampledSoftmax, random);
  const own = ownDecisionsOf(network, sampledSoftmax);
  checkSchedule('entropyWeight', entropyWeight);
  if (maxImportanceWeight !== Number.POSITIVE_INFINITY) checkNumber('maxImportanceWeight', maxImportanceWeight, 0);
  const { maxGradientNorm = 1 } = options;
  checkTrainingOptions({ learningRate, maxGradientNorm });
  let interactions = 0;

  function learn(trajectories: Trajectories): LearningReport {
    checkExperience(trajectories, network);
    checkFiniteRewards(trajectories);
    checkSampledItems(trajectories, sampledSoftmax);
    const { slateSize, propensity } = trajectories;
    const { value: returns, known } = returnsOf(trajectories, discount);
    const rows = known.reduce((sum, isKnown) => sum + isKnown, 0);
    const baseline = rows === 0 ? 0 : returns.reduce((sum, value) => sum + value, 0) / rows;
    const ratio = new Float32Array(returns.length);
    const training = {
      learningRate: valueAt('learningRate', learningRate, interactions),
      entropyWeight: valueAt('entropyWeight', entropyWeight, interactions),
      ...{ valueWeight: 0, maxGradientNorm, ...sampling },
    };
    const exact = own?.probabilities(trajectories);
    const itemWeights = (probability: Probabilities): Float32Array =>
      returns.map((value, row) => {
        const weight = Math.min(maxImportanceWeight, probability[row] / propensity[row]);
        return known[row] === 1 ? weight * (value - baseline) : 0;
      });
    const report = trainOnSlates(
      network,
      trajectories,
      ({ logProbability }) => {
        const probability = exact ?? Float64Array.from(logProbability, (log) => Math.exp(log));
        if (slateSize === 1) return { policyWeight: itemWeights(probability) };
        slateRatios(trajectories, probability, propensity, ratio);
        const slateWeight = ratio.map((each) => Math.min(maxImportanceWeight, each));
        const advantage = returns.map((value, row) => (known[row] === 1 ? value - baseline : 0));
        const input = { ...trajectories, advantage, slateWeight, probability, propensity, maxImportanceWeight };
        return { policyWeight: creditedWeights(input, slateCredit) };
      },
      training,
    );
    interactions += returns.length;
    return { ...report, meanReturn: baseline };
  }

  return {
    specificationVersion: 'v2',
    policy: own?.policy ?? createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({
      network: tensorsCheckpoint(network.trainingState()),
      interactions,
      ...samplingCheckpoint(sampling),
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const state = readTensors(reader.part('network'));
      const seen = reader.count('interactions');
      restoreSampling(network, state, sampling, reader);
      interactions = seen;
    },
    ...weightsAsPolicyState({ network }),
  };
}
