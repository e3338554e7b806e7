import type { Random } from '@ialp/core';
import type { ReplayBuffer } from './experience/replay-buffer.js';
import type { LearningReport } from './learner.js';
import type { Network } from './network.js';
import type { Policy } from './policy.js';

/**
 * What learns a policy from a log, without meeting anybody. Deploy what it has learned with
 * `createFrozenLearner(policy)`, or go on with its network in any `Learner`.
 */
export interface OfflineLearner {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The policy as it is now. */
  readonly policy: Policy;
  readonly network: Network;
  /**
   * Makes a number of steps of the optimiser, each on a batch drawn from the log.
   * @returns the last step's figures; every number is finite.
   * @throws {DivergenceError} where the loss or its gradient is not finite; what earlier steps learned stays.
   */
  train(steps: number): LearningReport;
}

/** Options that all offline learners have. */
export interface OfflineOptions {
  /** The log; `buffer.addLog(transitionsOf(log))` fills it. */
  readonly buffer: ReplayBuffer;
  /** Draws the batches. */
  readonly random: Random;
  /** Rows of one step of the optimiser. Default 256. */
  readonly batchSize?: number;
  /** The optimiser's step size. Default 0.001. */
  readonly learningRate?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 10. */
  readonly maxGradientNorm?: number;
}
