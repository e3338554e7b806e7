import type { Checkpoint } from '@ialp/core';
import type { LearningReport } from './learner.js';
import type { Network } from './network.js';
import type { Policy } from './policy.js';

/**
 * Learns a policy from a log, without interacting with users. Deploy the result with `createFrozenLearner(policy)`, or continue
 * to train its network with any `Learner`.
 */
export interface OfflineLearner {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** The current policy. */
  readonly policy: Policy;
  /** The network that is trained. */
  readonly network: Network;
  /**
   * Makes a number of optimiser steps, each on a batch sampled from the log.
   * @returns figures of the last step; every number is finite.
   * @throws {DivergenceError} if the loss or its gradient is not finite; the earlier steps remain.
   */
  train(steps: number): LearningReport;
  /**
   * A copy of all state that its further training depends on, but for the log. Absent if the learner cannot be checkpointed.
   * @throws {CheckpointError} if a part cannot be checkpointed, such as a generator without `state`.
   */
  checkpoint?(): Checkpoint;
  /**
   * Restores a `checkpoint` of a learner with the same options and log, which then continues bit for bit.
   * @throws {CheckpointError} or {WeightsError} for a checkpoint of something else; the learner is then unchanged.
   */
  restore?(checkpoint: Checkpoint): void;
}
