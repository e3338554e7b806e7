import type { Checkpoint, Trajectories } from '@ialp/core';
import type { Policy } from './policy.js';

/** Figures of one update, by name, for logs. Every number is finite. */
export type LearningReport = Readonly<Record<string, number>>;

/**
 * Improves a policy from experience. The caller lets `policy` decide for about `rolloutLength` turns of each open session, passes the
 * trajectories to `learn`, and continues with the improved policy. `runOnline` is such a loop; `TrajectoryRecorder` records decisions and
 * feedback as they come.
 *
 * `learnerChecks` of `@ialp/policy/testing` checks the rules:
 * - `learn` does not modify the trajectories, and reads them only while it runs;
 * - it takes sessions of any number and length, in any order, one by one or all together;
 * - the same experience from the same start gives the same policy, bit for bit;
 * - experience that another policy gathered (the trajectories hold its propensities) is either corrected for or refused.
 */
export interface Learner {
  /** Version of this interface. */
  readonly specificationVersion: 'v2';
  /** The current policy; its behaviour changes with every `learn`. */
  readonly policy: Policy;
  /** Turns of each open session between two updates. At least 1. */
  readonly rolloutLength: number;
  /** Updates the policy from trajectories of at least one row. */
  learn(trajectories: Trajectories): LearningReport;
  /**
   * A copy of all state that its further learning and acting depend on. Absent if the learner cannot be checkpointed.
   * @throws {CheckpointError} if a part cannot be checkpointed, such as a generator without `state`.
   */
  checkpoint?(): Checkpoint;
  /**
   * Restores a `checkpoint` of a learner with the same options, which then continues bit for bit.
   * @throws {CheckpointError} or {WeightsError} for a checkpoint of something else; the learner is then unchanged.
   */
  restore?(checkpoint: Checkpoint): void;
}

/** A learner that can be checkpointed. */
export interface CheckpointableLearner extends Learner {
  /** @throws {CheckpointError} if a part cannot be checkpointed, such as a generator without `state`. */
  checkpoint(): Checkpoint;
  /** @throws {CheckpointError} or {WeightsError} for a checkpoint of something else; the learner is then unchanged. */
  restore(checkpoint: Checkpoint): void;
}
