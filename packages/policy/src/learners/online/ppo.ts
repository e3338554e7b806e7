import {
  checkInteger,
  checkNumber,
  checkPositive,
  checkShare,
  type Random,
  shuffled,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader, randomCheckpoint, readTensors, tensorsCheckpoint } from '@ialp/core/checkpoint';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards, checkNoSlates } from '../../checks/experience.js';
import { checkNamedOptions } from '../../checks/options.js';
import { selectStates } from '../../experience/states.js';
import type { CheckpointableLearner, LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { weightsAsPolicyState } from '../../persistence/policy-weights.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { ownDecisionsOf } from '../own-decisions.js';
import { actingProbabilities, type SampledSoftmaxOptions, sampledSoftmaxOf } from '../sampled-softmax.js';
import { checkSchedule, type Schedule, valueAt } from '../schedule.js';
import { checkTrainingOptions } from '../training-options.js';
import { explainedVariance, NO_CHANGE, policyChange } from './diagnostics.js';
import { vTrace } from './v-trace.js';

/** Options of `createPpo`. */
export interface PpoOptions extends SampledSoftmaxOptions {
  /** With the heads `actor` and `value`; it is trained in place. */
  readonly network: Network;
  /** Shuffles the transitions of each epoch, and samples the items of `sampledSoftmax`. */
  readonly random: Random;
  /** Turns of each session between two updates. Default 5. */
  readonly rolloutLength?: number;
  /** Passes over the experience of each update. Default 4. */
  readonly epochs?: number;
  /** Transitions in one optimiser step. Default 256. */
  readonly batchSize?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** `lambda` of the advantages. Default 0.95. */
  readonly lambda?: number;
  /** `epsilon`: range of the probability ratio, `1 - epsilon` to `1 + epsilon`, beyond which the objective is clipped. Default 0.2. */
  readonly clip?: number;
  /** The optimiser's step size, or a schedule. Default 0.003. */
  readonly learningRate?: Schedule;
  /** `c_v`: weight of the critic's loss. Default 0.5. */
  readonly valueWeight?: number;
  /** `c_e`: weight of the entropy bonus, or a schedule. Default 0.01. */
  readonly entropyWeight?: Schedule;
  /**
   * Skips the remaining epochs of an update once the mean `approximateKl` of an epoch exceeds this value. Above 0. Default: no limit.
   */
  readonly targetKl?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 1. */
  readonly maxGradientNorm?: number;
  /** `rho-bar` and `c-bar` of V-trace: importance weights of another policy's experience are truncated at this value. Default 1. */
  readonly maxImportanceWeight?: number;
}

const OPTION_NAMES: readonly (keyof PpoOptions)[] = [
  'network',
  'random',
  'rolloutLength',
  'epochs',
  'batchSize',
  'discount',
  'lambda',
  'clip',
  'learningRate',
  'valueWeight',
  'entropyWeight',
  'targetKl',
  'maxGradientNorm',
  'maxImportanceWeight',
  'sampledSoftmax',
];

/**
 * Proximal policy optimisation with the clipped objective (Schulman et al. 2017, arXiv 1707.06347):
 *
 * `loss = -mean(min(ratio A, clip(ratio, 1 - epsilon, 1 + epsilon) A)) + c_v mean((v - V(s))^2) - c_e mean(entropy)`,
 *
 * with `ratio = pi(a|s) / pi_old(a|s)` and `pi_old` the policy before the update. Each update makes several epochs over its
 * shuffled decisions. Advantages, standardised to mean 0 and deviation 1, and targets `v` are computed once before the epochs, by
 * V-trace, which is GAE(lambda) on the learner's own experience. A transition of another policy also has the weight
 * `min(rho-bar, pi_old(a|s) / mu(a|s))`.
 *
 * With `sampledSoftmax` the gradient is estimated from a sample of the catalogue, but ratios are not: `pi(a|s)` is computed over the whole
 * catalogue before each step, which takes as long as to act in its states once more. The same holds for a network with a `shortlist`, whose ratios
 * are those of the policy that acts. On large catalogues prefer few `epochs`, or A2C.
 *
 * Beside the figures of the loss, reports hold `approximateKl` and `clipFraction` (means over the optimiser steps),
 * `explainedVariance` of the critic before the update (absent if the targets do not vary), and the `epochs` that were made.
 *
 * `learn` throws an `InvalidOptionError` for what is not trajectories or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite. Optimiser steps made before
 * the one that failed remain.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createPpo(options: PpoOptions): CheckpointableLearner & { readonly network: Network } {
  checkNamedOptions(options, '{ network, random }', OPTION_NAMES);
  const { network, random, rolloutLength = 5, epochs = 4, batchSize = 256, discount = 0.8, lambda = 0.95 } = options;
  const { clip = 0.2, valueWeight = 0.5, entropyWeight = 0.01, maxImportanceWeight = 1, targetKl } = options;
  const { learningRate = 0.003, maxGradientNorm = 1, sampledSoftmax } = options;
  checkNetwork(network, ['actor', 'value'], 'createPpo');
  checkRandom(random);
  const sampling = sampledSoftmaxOf(sampledSoftmax, random);
  const own = ownDecisionsOf(network, sampledSoftmax);
  for (const [option, value] of Object.entries({ rolloutLength, epochs, batchSize })) checkInteger(option, value, 1);
  for (const [option, value] of Object.entries({ discount, lambda, clip })) checkShare(option, value);
  checkNumber('valueWeight', valueWeight, 0);
  checkSchedule('entropyWeight', entropyWeight);
  if (targetKl !== undefined) checkPositive('targetKl', targetKl);
  if (maxImportanceWeight !== Number.POSITIVE_INFINITY) checkNumber('maxImportanceWeight', maxImportanceWeight, 0);
  checkTrainingOptions({ learningRate, maxGradientNorm });
  let interactions = 0;

  function prepare(trajectories: Trajectories): Prepared {
    const { rows, states, actions, propensity, last } = trajectories;
    const old =
      own === undefined ? network.evaluate(states).propensity(actions).slice() : own.probabilities(trajectories);
    const value = network.values(states).slice();
    const lastValue = network.values(last).slice();
    const ratio = old.map((probability, row) => probability / propensity[row]);
    const [target, advantage] = [new Float32Array(rows), new Float32Array(rows)];
    vTrace(
      { ...trajectories, ratio, value, lastValue },
      { discount, lambda, maxRho: maxImportanceWeight, maxTrace: maxImportanceWeight },
      { target, advantage },
    );
    // V-trace returns weighted advantages; they are standardised without their weights.
    const weight = ratio.map((each) => Math.min(maxImportanceWeight, each));
    for (let row = 0; row < rows; row++) advantage[row] = weight[row] > 0 ? advantage[row] / weight[row] : 0;
    standardize(advantage);
    return { old, value, target, advantage, weight };
  }

  /** Trains on all full batches in the given order; rows that do not fill the last batch are left out. */
  function trainEpoch(trajectories: Trajectories, prepared: Prepared, order: readonly number[]): LearningReport[] {
    const { old, target, advantage, weight } = prepared;
    const training = {
      learningRate: valueAt('learningRate', learningRate, interactions),
      entropyWeight: valueAt('entropyWeight', entropyWeight, interactions),
      ...{ valueWeight, maxGradientNorm, ...sampling },
    };
    const reports: LearningReport[] = [];
    const size = Math.min(batchSize, order.length);
    for (let start = 0; start + size <= order.length; start += size) {
      const chosen = order.slice(start, start + size);
      const actions = Int32Array.from(chosen, (row) => trajectories.actions[row]);
      const batch = selectStates(trajectories.states, chosen);
      const exact = own && actingProbabilities(network, batch, actions);
      let change = NO_CHANGE;
      const targets = ({ logProbability }: ActionEvaluation): Targets => {
        const ratio = Float64Array.from(
          chosen,
          (row, place) => (exact?.[place] ?? Math.exp(logProbability[place])) / old[row],
        );
        change = policyChange(ratio, clip);
        return {
          // An action of probability 0 under the old policy has weight 0 and no ratio.
          policyWeight: Float32Array.from(chosen, (row, place) =>
            weight[row] > 0 ? weight[row] * clippedWeight(ratio[place], advantage[row], clip) : 0,
          ),
          valueTarget: Float32Array.from(chosen, (row) => target[row]),
        };
      };
      const report = network.trainStep(batch, actions, targets, training);
      reports.push({ ...report, ...change });
    }
    return reports;
  }

  function learn(trajectories: Trajectories): LearningReport {
    checkExperience(trajectories, network);
    checkFiniteRewards(trajectories);
    checkNoSlates(trajectories, 'createPpo');
    const { rows } = trajectories;
    const prepared = prepare(trajectories);
    let order = Array.from({ length: rows }, (_, row) => row);
    const reports: LearningReport[] = [];
    let epoch = 0;
    for (let isFar = false; epoch < epochs && !isFar; epoch++) {
      order = shuffled(order, random);
      const ofEpoch = trainEpoch(trajectories, prepared, order);
      reports.push(...ofEpoch);
      isFar = targetKl !== undefined && meanReport(ofEpoch)['approximateKl'] > targetKl;
    }
    interactions += rows;
    return { ...meanReport(reports), ...explainedVariance(prepared.value, prepared.target), epochs: epoch };
  }

  return {
    specificationVersion: 'v2',
    policy: own?.policy ?? createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({
      network: tensorsCheckpoint(network.trainingState()),
      random: randomCheckpoint(random),
      interactions,
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const state = readTensors(reader.part('network'));
      const seen = reader.count('interactions');
      restoreNetworks([network], [state], random, reader.numbers('random'));
      interactions = seen;
    },
    ...weightsAsPolicyState({ network }),
  };
}

/** What the epochs of an update learn from, computed once before them; all `[rows]`. */
interface Prepared {
  /** `pi_old(a|s)`. */
  readonly old: Float32Array;
  /** `V(s)` before the update. */
  readonly value: Float32Array;
  /** Targets of the critic. */
  readonly target: Float32Array;
  /** Standardised advantages. */
  readonly advantage: Float32Array;
  /** Truncated importance weights: 1 on the learner's own experience. */
  readonly weight: Float32Array;
}

/** The weight of `log pi` whose gradient is that of the clipped objective: `ratio * A`, and 0 where it is clipped. */
function clippedWeight(ratio: number, advantage: number, clip: number): number {
  const isClipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
  return isClipped ? 0 : ratio * advantage;
}

function standardize(values: Float32Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  for (let row = 0; row < values.length; row++) values[row] = (values[row] - mean) / (deviation + 1e-8);
}

function meanReport(reports: readonly LearningReport[]): LearningReport {
  const names = Object.keys(reports[0]);
  return Object.fromEntries(
    names.map((name) => [name, reports.reduce((sum, report) => sum + report[name], 0) / reports.length]),
  );
}
