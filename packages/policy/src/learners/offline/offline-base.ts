import { checkInteger, InvalidOptionError } from '@ialp/core';
import { CheckpointReader, randomCheckpoint, readTensors, tensorsCheckpoint } from '@ialp/core/checkpoint';
import { checkNetwork, checkRandom, foundOf } from '../../checks/arguments.js';
import { ShapeError } from '../../errors.js';
import type { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Transitions } from '../../experience/transitions.js';
import type { LearningReport } from '../../learner.js';
import type { Head, Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import type { Policy } from '../../policy.js';
import { TargetNetwork, type TargetNetworkOptions } from '../replay/target-network.js';
import { type SampledSoftmaxOptions, type Sampling, sampledSoftmaxOf } from '../sampled-softmax.js';
import { checkTrainingOptions, type TrainingOptions } from '../training-options.js';
import type { OfflineOptions } from './offline-options.js';

/** What an offline learner is made of: its policy, and how it trains on a batch. */
export interface OfflineAlgorithm {
  readonly policy: Policy;
  /** Trains the network on a batch, once. */
  train(batch: Transitions): LearningReport;
}

/** What an offline learner has to work with. */
export interface OfflineSettings {
  readonly training: TrainingOptions<number> & Sampling;
  /** The target network; without one, the network itself. */
  readonly target: Network;
  /** Optimiser steps made before this one. */
  steps(): number;
}

/** How `createOfflineLearner` makes a learner. */
export interface OfflineDesign {
  readonly network: Network;
  /** Heads that the network needs. */
  readonly heads: readonly Head[];
  /** Name of the function that it is made by. */
  readonly name: string;
  /** How a target network follows. Absent if the algorithm has none. */
  readonly target?: TargetNetworkOptions;
  /** Least feedback of an example, if the user set one: `train` throws if the log has none. */
  readonly minReward?: number | undefined;
}

/**
 * The base of the offline learners: batches from a replay buffer, a target network, checkpoints.
 * @throws {InvalidOptionError} for an option out of range; {MissingHeadError} if the network lacks a head.
 */
export function createOfflineLearner(
  options: OfflineOptions & SampledSoftmaxOptions,
  { network, heads, name, target: targetOptions, minReward }: OfflineDesign,
  create: (settings: OfflineSettings) => OfflineAlgorithm,
): OfflineLearner {
  const { buffer, random, batchSize = 256, learningRate = 0.001, maxGradientNorm = 10, sampledSoftmax } = options;
  checkInteger('batchSize', batchSize, 1);
  checkNetwork(network, heads, name);
  checkRandom(random);
  if (typeof buffer?.sample !== 'function') {
    throw new InvalidOptionError('buffer', foundOf(buffer), 'a ReplayBuffer, which add has filled');
  }
  if (buffer.items !== network.items) throw new ShapeError('items of the buffer', buffer.items, network.items);
  if (buffer.slateSize !== 1) throw new ShapeError('slateSize of the buffer', buffer.slateSize, 1);
  const sampling = sampledSoftmaxOf(sampledSoftmax, random);
  const training = { ...checkTrainingOptions({ learningRate, maxGradientNorm }), ...sampling };
  const target = targetOptions && new TargetNetwork(network, targetOptions);
  let made = 0;
  const algorithm = create({ training, target: target?.network ?? network, steps: () => made });
  const networks = target === undefined ? [network] : [network, target.network];
  return {
    specificationVersion: 'v1',
    policy: algorithm.policy,
    network,
    train(steps) {
      checkInteger('steps', steps, 1);
      checkMinReward(minReward, buffer);
      let report: LearningReport = {};
      for (let k = 0; k < steps; k++) {
        report = algorithm.train(buffer.sample(batchSize, random));
        made++;
        target?.step();
      }
      return report;
    },
    checkpoint: () => ({
      network: tensorsCheckpoint(network.trainingState()),
      target: target === undefined ? null : tensorsCheckpoint(target.network.weights()),
      random: randomCheckpoint(random),
      steps: made,
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const steps = reader.count('steps');
      const states = [readTensors(reader.part('network'))];
      if (target !== undefined) states.push(readTensors(reader.part('target')));
      restoreNetworks(networks, states, random, reader.numbers('random'));
      made = steps;
      if (target !== undefined) target.steps = steps;
    },
  };
}

/**
 * Throws if no transition of a buffer has a reward of at least `minReward`: the actor would learn nothing.
 * @throws {InvalidOptionError}
 */
function checkMinReward(minReward: number | undefined, { size, greatestReward }: ReplayBuffer): void {
  if (minReward === undefined || size === 0 || greatestReward >= minReward) return;
  throw new InvalidOptionError('minReward', minReward, `at most ${greatestReward}, the greatest reward of the buffer`);
}
