import type { Checkpoint } from '@ialp/core';
import type { Rollout } from './experience/rollout.js';
import type { Policy } from './policy.js';

/** Figures of one update, by name, for logs. Every number is finite. */
export type LearningReport = Readonly<Record<string, number>>;

/**
 * Improves a policy from experience. The caller runs `policy` in an environment for `rolloutLength` steps, passes the rollout to
 * `learn`, and continues with the improved policy. `runOnline` is such a loop.
 *
 * `learnerChecks` of `@ialp/policy/testing` checks the rules:
 * - `learn` does not modify the rollout;
 * - the same experience from the same start gives the same policy, bit for bit;
 * - experience that another policy gathered (the rollout holds its propensities) is either corrected for or refused.
 */
export interface Learner {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The current policy; its behaviour changes with every `learn`. */
  readonly policy: Policy;
  /** Steps of all sessions in one rollout. At least 1. */
  readonly rolloutLength: number;
  /** Updates the policy from a rollout. */
  learn(rollout: Rollout): LearningReport;
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
