import {
  CheckpointReader,
  checkInteger,
  checkNumber,
  checkShare,
  type Random,
  randomCheckpoint,
  readTensors,
  shuffled,
  tensorsCheckpoint,
} from '@ialp/core';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import type { Rollout } from '../../experience/rollout.js';
import { copyState, emptyStates, featureWidth } from '../../experience/states.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets, TrainingReport } from '../../network.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { checkTrainingOptions } from '../training-options.js';
import { vTrace } from './v-trace.js';

/** Options of `createPpo`. */
export interface PpoOptions {
  /** With the heads `actor` and `value`; it is trained in place. */
  readonly network: Network;
  /** Shuffles the transitions of each epoch. */
  readonly random: Random;
  /** Steps of all sessions in one rollout, after which it is trained. Default 5. */
  readonly rolloutLength?: number;
  /** Passes over the rollout in each update. Default 4. */
  readonly epochs?: number;
  /** Transitions in one optimiser step. Default 256. */
  readonly batchSize?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** `lambda` of the advantages. Default 0.95. */
  readonly lambda?: number;
  /** `epsilon`: range of the probability ratio, `1 - epsilon` to `1 + epsilon`, beyond which the objective is clipped. Default 0.2. */
  readonly clip?: number;
  /** The optimiser's step size. Default 0.003. */
  readonly learningRate?: number;
  /** `c_v`: weight of the critic's loss. Default 0.5. */
  readonly valueWeight?: number;
  /** `c_e`: weight of the entropy bonus. Default 0.01. */
  readonly entropyWeight?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 1. */
  readonly maxGradientNorm?: number;
  /** `rho-bar` and `c-bar` of V-trace: importance weights of another policy's experience are truncated at this value. Default 1. */
  readonly maxImportanceWeight?: number;
}

/**
 * Proximal policy optimisation with the clipped objective (Schulman et al. 2017, arXiv 1707.06347):
 *
 * `loss = -mean(min(ratio A, clip(ratio, 1 - epsilon, 1 + epsilon) A)) + c_v mean((v - V(s))^2) - c_e mean(entropy)`,
 *
 * with `ratio = pi(a|s) / pi_old(a|s)` and `pi_old` the policy before the update. Each update makes several epochs over the
 * shuffled rollout. Advantages, standardised to mean 0 and deviation 1, and targets `v` are computed once before the epochs, by
 * V-trace, which is GAE(lambda) on the learner's own experience. A transition of another policy also has the weight
 * `min(rho-bar, pi_old(a|s) / mu(a|s))`.
 *
 * `learn` throws an `InvalidOptionError` for a rollout that is not full or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite. Optimiser steps made before
 * the one that failed remain.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createPpo(options: PpoOptions): Learner & { readonly network: Network } {
  checkOptions(options, '{ network, random }');
  const { network, random, rolloutLength = 5, epochs = 4, batchSize = 256, discount = 0.8, lambda = 0.95 } = options;
  const { clip = 0.2, valueWeight = 0.5, entropyWeight = 0.01, maxImportanceWeight = 1 } = options;
  checkNetwork(network, ['actor', 'value'], 'createPpo');
  checkRandom(random);
  for (const [option, value] of Object.entries({ rolloutLength, epochs, batchSize })) checkInteger(option, value, 1);
  for (const [option, value] of Object.entries({ discount, lambda, clip })) checkShare(option, value);
  for (const [option, value] of Object.entries({ valueWeight, entropyWeight })) checkNumber(option, value, 0);
  if (maxImportanceWeight !== Number.POSITIVE_INFINITY) checkNumber('maxImportanceWeight', maxImportanceWeight, 0);
  const training = { ...checkTrainingOptions(options), valueWeight, entropyWeight };

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const { steps, sessions, reward, terminated, truncated, states, actions } = rollout;
    const rows = actions.length;
    const old = network.evaluate(states).propensity(actions).slice();
    const value = network.values(states).slice();
    const nextValue = network.values(rollout.next).slice();
    const ratio = old.map((probability, row) => probability / rollout.propensity[row]);
    const [target, advantage] = [new Float32Array(rows), new Float32Array(rows)];
    vTrace(
      { steps, sessions, reward, terminated, truncated, ratio, value, nextValue },
      { discount, lambda, maxRho: maxImportanceWeight, maxTrace: maxImportanceWeight },
      { target, advantage },
    );
    // V-trace returns weighted advantages; they are standardised without their weights.
    const weight = ratio.map((value) => Math.min(maxImportanceWeight, value));
    for (let row = 0; row < rows; row++) advantage[row] = weight[row] > 0 ? advantage[row] / weight[row] : 0;
    standardize(advantage);

    const batch = emptyStates(Math.min(batchSize, rows), states.items, states.historyLength, featureWidth(states));
    let order = Array.from({ length: rows }, (_, row) => row);
    const reports: TrainingReport[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      order = shuffled(order, random);
      // Transitions that do not fill the last batch are left out of this epoch.
      for (let start = 0; start + batch.sessions <= rows; start += batch.sessions) {
        const chosen = order.slice(start, start + batch.sessions);
        for (const [place, row] of chosen.entries()) copyState(states, row, batch, place);
        const targets = ({ logProbability }: ActionEvaluation): Targets => ({
          // An action of probability 0 under the old policy has weight 0 and no ratio.
          policyWeight: Float32Array.from(chosen, (row, place) =>
            weight[row] > 0
              ? weight[row] * clippedWeight(Math.exp(logProbability[place]) / old[row], advantage[row], clip)
              : 0,
          ),
          valueTarget: Float32Array.from(chosen, (row) => target[row]),
        });
        const chosenActions = Int32Array.from(chosen, (row) => actions[row]);
        reports.push(network.trainStep(batch, chosenActions, targets, training));
      }
    }
    return meanReport(reports);
  }

  return {
    specificationVersion: 'v1',
    policy: createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({ network: tensorsCheckpoint(network.trainingState()), random: randomCheckpoint(random) }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      restoreNetworks([network], [readTensors(reader.part('network'))], random, reader.numbers('random'));
    },
  };
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

function meanReport(reports: readonly TrainingReport[]): LearningReport {
  const names = Object.keys(reports[0]) as (keyof TrainingReport)[];
  return Object.fromEntries(
    names.map((name) => [name, reports.reduce((sum, report) => sum + report[name], 0) / reports.length]),
  );
}
