import type { Checkpoint } from '@ialp/core';
import type { Rollout } from './experience/rollout.js';
import type { Policy } from './policy.js';

/** What one update did, for logs. Every number is finite. */
export type LearningReport = Readonly<Record<string, number>>;

/**
 * What improves a policy from experience. Whoever drives the environment lets `policy` act for `rolloutLength` steps,
 * gives what happened to `learn`, and goes on with the improved policy.
 *
 * The rules, which `learnerChecks` of `@ialp/policy/testing` enforces: `learn` changes nothing of the rollout, the
 * same experience from the same start gives the same policy, bit for bit, and experience that another policy gathered
 * (its propensities stand in the rollout) is either corrected for or refused.
 */
export interface Learner {
  /** Edition of this interface. */
  readonly specificationVersion: 'v1';
  /** The policy as it is now; its behaviour changes with every `learn`. */
  readonly policy: Policy;
  /** Steps of all sessions that one update wants. At least 1. */
  readonly rolloutLength: number;
  /** Takes experience and improves the policy. */
  learn(rollout: Rollout): LearningReport;
  /**
   * A copy of all that its further learning and acting depend on. Absent where it cannot be kept.
   * @throws {CheckpointError} where a part cannot be kept, such as a generator without `state`.
   */
  checkpoint?(): Checkpoint;
  /**
   * Restores a `checkpoint` of a learner with the same options; it then learns as that one did, bit for bit.
   * @throws {CheckpointError} or {WeightsError} for the checkpoint of something else; nothing is then restored.
   */
  restore?(checkpoint: Checkpoint): void;
}
