import type { LearningReport } from './learner.js';
import type { Network } from './network.js';
import type { Policy } from './policy.js';

/**
 * Learns a policy from a log, without interacting with users. Deploy the result with `createFrozenLearner(policy)`, or continue
 * to train its network with any `Learner`.
 */
export interface OfflineLearner {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The current policy. */
  readonly policy: Policy;
  /** The network that is trained. */
  readonly network: Network;
  /**
   * Makes a number of optimiser steps, each on a batch sampled from the log.
   * @returns figures of the last step; every number is finite.
   * @throws {DivergenceError} if the loss or its gradient is not finite; the earlier steps are kept.
   */
  train(steps: number): LearningReport;
}
