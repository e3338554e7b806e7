import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkNetwork, checkRandom, foundOf } from '../../checks/arguments.js';
import { ShapeError } from '../../errors.js';
import type { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Transitions } from '../../experience/transitions.js';
import type { LearningReport } from '../../learner.js';
import type { Head, Network } from '../../network.js';
import { checkTrainingOptions, type TrainingOptions } from '../training-options.js';
import type { OfflineOptions } from './offline-options.js';

/** What all offline learners share: checked settings of the optimiser, and the loop over batches. */
export interface TrainingLoop {
  readonly settings: TrainingOptions<number>;
  train(steps: number, step: (batch: Transitions) => LearningReport): LearningReport;
}

/** @throws {InvalidOptionError} for an option out of range; {MissingHeadError} if the network lacks a head. */
export function trainingLoop(
  options: OfflineOptions,
  network: Network,
  heads: readonly Head[],
  name: string,
): TrainingLoop {
  const { buffer, random, batchSize = 256, learningRate = 0.001, maxGradientNorm = 10 } = options;
  checkInteger('batchSize', batchSize, 1);
  checkNetwork(network, heads, name);
  checkRandom(random);
  if (typeof buffer?.sample !== 'function') {
    throw new InvalidOptionError('buffer', foundOf(buffer), 'a ReplayBuffer, which addLog has filled');
  }
  if (buffer.items !== network.items) throw new ShapeError('items of the buffer', buffer.items, network.items);
  return {
    settings: checkTrainingOptions({ learningRate, maxGradientNorm }),
    train(steps, step) {
      checkInteger('steps', steps, 1);
      let report: LearningReport = {};
      for (let k = 0; k < steps; k++) report = step(buffer.sample(batchSize, random));
      return report;
    },
  };
}

/**
 * Throws if no transition of a buffer has a reward of at least `minReward`: the actor would learn nothing.
 * @throws {InvalidOptionError}
 */
export function checkMinReward(minReward: number | undefined, { size, greatestReward }: ReplayBuffer): void {
  if (minReward === undefined || size === 0 || greatestReward >= minReward) return;
  throw new InvalidOptionError('minReward', minReward, `at most ${greatestReward}, the greatest reward of the buffer`);
}
