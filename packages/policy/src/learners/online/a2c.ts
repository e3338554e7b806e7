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
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { weightsAsPolicyState } from '../../persistence/policy-weights.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import type { Policy } from '../../policy.js';
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
import { vTrace } from './v-trace.js';

/** Options of `createA2C`. */
export interface A2COptions extends SampledSoftmaxOptions {
  /** With the heads `actor` and `value`; it is trained in place. */
  readonly network: Network;
  /**
   * Turns of each session between two updates (`n`). Default 2: about 128 rows with 64 sessions. With several hundred sessions
   * 1 learns faster; with a handful of sessions updates are small and noisy, and a lower `learningRate` ends higher.
   */
  readonly rolloutLength?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** `lambda` of the returns: 1 gives n-step returns; lower values rely on the critic sooner. Default 0.95. */
  readonly lambda?: number;
  /** Adam's step size, or a schedule. Default 0.006. */
  readonly learningRate?: Schedule;
  /** `c_v`: weight of the critic's loss. Default 0.5. */
  readonly valueWeight?: number;
  /** `c_e`: weight of the entropy bonus, or a schedule. Default 0.01. */
  readonly entropyWeight?: Schedule;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 1. */
  readonly maxGradientNorm?: number;
  /** `rho-bar` and `c-bar` of V-trace: importance weights are truncated at this value; `Infinity` disables truncation. Default 1. */
  readonly maxImportanceWeight?: number;
  /**
   * Whether to take smaller steps on another policy's experience. The overlap `o = mean(min(1, pi/mu))` of an update's experience estimates
   * 1 minus the total variation between the two policies; it is 1 on the learner's own experience. The learning rate is
   * multiplied by `sqrt(o)`, because Adam would scale a weak gradient up together with its noise, and the entropy bonus by `o`,
   * like the rest of the actor's loss. With `imitation` `c_i` the factor is `o + c_i (1 - o)` instead of `o`. Default true.
   */
  readonly scaleByOverlap?: boolean;
  /**
   * `c_i`: weight of imitation. Importance weights remove nearly all actions of another policy that this one would not have
   * chosen. Imitation learns those that turned out better than expected, as in self-imitation learning (Oh et al. 2018, arXiv
   * 1806.05635): the advantage `rho A` becomes `rho A + c_i (1 - rho) max(A, 0)`. Beside a good policy this one then starts
   * faster and becomes more similar to it. No effect on the learner's own experience. Default 0.
   */
  readonly imitation?: number;
  /** Which items of a slate are credited with what it led to. No effect on single items. Default `choice`. */
  readonly slateCredit?: SlateCredit;
  /** Samples the items of `sampledSoftmax`. Default `createRandom(1)`. */
  readonly random?: Random;
}

const OPTION_NAMES: readonly (keyof A2COptions)[] = [
  'network',
  'rolloutLength',
  'discount',
  'lambda',
  'learningRate',
  'valueWeight',
  'entropyWeight',
  'maxGradientNorm',
  'maxImportanceWeight',
  'scaleByOverlap',
  'imitation',
  'slateCredit',
  'sampledSoftmax',
  'random',
];

/**
 * Advantage actor-critic (Mnih et al. 2016), synchronous, over many sessions at once:
 *
 * `loss = -mean(log pi(a|s) stop(A)) + c_v mean((v - V(s))^2) - c_e mean(entropy(pi(.|s)))`.
 *
 * Advantages and the critic's targets come from V-trace. On the learner's own experience all importance weights are 1, and this
 * is plain A2C; experience of another policy, or of a mixture, is corrected for by the recorded propensities. What is ours, beyond the
 * papers, are `scaleByOverlap` and `imitation`, which act on another policy's experience alone. From slates it learns by `slateCredit`.
 *
 * With `sampledSoftmax` the gradient is estimated from a sample of the catalogue, but importance ratios are not: `pi(a|s)` is then computed
 * over the whole catalogue before the step, as when the policy acts; it is known where this policy has acted under the same weights. The same
 * holds for a network with a `shortlist`: ratios are those of the policy that acts, while the gradient is that of the softmax over the catalogue.
 *
 * `learn` throws an `InvalidOptionError` for what is not trajectories or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; network and optimiser are then
 * unchanged.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createA2C(options: A2COptions): CheckpointableLearner & { readonly network: Network } {
  checkNamedOptions(options, '{ network }', OPTION_NAMES);
  const {
    network,
    rolloutLength = 2,
    discount = 0.8,
    lambda = 0.95,
    learningRate = 0.006,
    valueWeight = 0.5,
    entropyWeight = 0.01,
    maxGradientNorm = 1,
    maxImportanceWeight = 1,
    scaleByOverlap = true,
    imitation = 0,
    slateCredit = 'choice',
    sampledSoftmax,
    random = createRandom(1),
  } = options;
  checkNetwork(network, ['actor', 'value'], 'createA2C');
  checkInteger('rolloutLength', rolloutLength, 1);
  checkShare('discount', discount);
  checkShare('lambda', lambda);
  checkOneOf('slateCredit', slateCredit, SLATE_CREDITS);
  checkRandom(random);
  const sampling = sampledSoftmaxOf(sampledSoftmax, random);
  const own = ownDecisionsOf(network, sampledSoftmax);
  for (const [option, value] of Object.entries({ valueWeight, imitation })) checkNumber(option, value, 0);
  for (const [option, value] of Object.entries({ learningRate, entropyWeight })) checkSchedule(option, value);
  for (const [option, value] of Object.entries({ maxGradientNorm, maxImportanceWeight })) {
    if (value !== Number.POSITIVE_INFINITY) checkNumber(option, value, 0);
  }

  const policy: Policy = own?.policy ?? createNetworkPolicy(network);
  const traceSettings = { discount, lambda, maxRho: maxImportanceWeight, maxTrace: maxImportanceWeight };
  let ratio = new Float32Array(0);
  let target = new Float32Array(0);
  let advantage = new Float32Array(0);
  let overlap = 1;
  let interactions = 0;

  function learn(trajectories: Trajectories): LearningReport {
    checkExperience(trajectories, network);
    checkFiniteRewards(trajectories);
    checkSampledItems(trajectories, sampledSoftmax);
    const { rows, slateSize, propensity, last } = trajectories;
    if (target.length !== rows) {
      [ratio, target, advantage] = Array.from({ length: 3 }, () => new Float32Array(rows));
    }
    const lastValue = network.values(last).slice();
    const exact = own?.probabilities(trajectories);
    const training = {
      learningRate: valueAt('learningRate', learningRate, interactions),
      entropyWeight: valueAt('entropyWeight', entropyWeight, interactions),
      ...{ valueWeight, maxGradientNorm, ...sampling },
    };

    const targets = ({ logProbability, value }: ActionEvaluation): Targets => {
      const probability = exact ?? Float64Array.from(logProbability, (log) => Math.exp(log));
      slateRatios(trajectories, probability, propensity, ratio);
      vTrace({ ...trajectories, ratio, value, lastValue }, traceSettings, { target, advantage });
      overlap = overlapOf(ratio);
      if (imitation > 0) addImitation(advantage, ratio, maxImportanceWeight, imitation);
      const weights = slateSize === 1 ? itemTargets() : slateTargets(trajectories, probability);
      if (!scaleByOverlap) return weights;
      const share = overlap + Math.min(1, imitation) * (1 - overlap);
      return {
        ...weights,
        learningRate: training.learningRate * Math.sqrt(share),
        entropyWeight: training.entropyWeight * share,
      };
    };
    const report = trainOnSlates(network, trajectories, targets, training);
    interactions += rows;
    return { ...report, ...(scaleByOverlap && { overlap }) };
  }

  const itemTargets = (): Targets => ({ policyWeight: advantage, valueTarget: target });

  /** The targets of the items of slates: the advantage is credited to some of them, the value's target is that of the decision. */
  function slateTargets(trajectories: Trajectories, probability: Probabilities): Targets {
    const { propensity } = trajectories;
    const slateWeight = ratio.map((each) => Math.min(maxImportanceWeight, each));
    const plain = advantage.map((weighted, row) => (slateWeight[row] > 0 ? weighted / slateWeight[row] : 0));
    const input = { ...trajectories, advantage: plain, slateWeight, probability, propensity, maxImportanceWeight };
    return {
      policyWeight: creditedWeights(input, slateCredit),
      valueTarget: target,
    };
  }

  return {
    specificationVersion: 'v2',
    policy,
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

/** Ratios within this of 1 count as 1: propensities are recorded in single precision. */
const ROUNDING = 1e-4;

function overlapOf(ratio: Float32Array): number {
  let sum = 0;
  for (const each of ratio) sum += each > 1 - ROUNDING ? 1 : each;
  return sum / ratio.length;
}

/** Adds `c_i (1 - rho) A` to each weighted advantage `rho A` that is positive. */
function addImitation(
  advantage: Float32Array,
  ratio: Float32Array,
  maxImportanceWeight: number,
  imitation: number,
): void {
  for (const [row, weighted] of advantage.entries()) {
    const isOwn = ratio[row] > 1 - ROUNDING;
    // With a weight of 0 the advantage is not known.
    if (isOwn || !(weighted > 0)) continue;
    const weight = Math.min(maxImportanceWeight, ratio[row]);
    advantage[row] += (imitation * (1 - weight) * weighted) / weight;
  }
}
