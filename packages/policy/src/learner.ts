import type { Checkpoint, Trajectories } from '@ialp/core';
import type { Policy } from './policy.js';
import type { Staging } from './staging.js';

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
 * - experience that another policy gathered (the trajectories hold its propensities) is either corrected for or refused;
 * - a second learner that takes the `policyState` of the first has the same policy, bit for bit, after every update, at once or in steps;
 * - a state that is taken in steps changes nothing before the last.
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
  /**
   * A copy of all state that its policy depends on, to be published to other processes that decide: without what only learning needs, such as
   * an optimizer's moments, and without what acting itself changes, such as which of two policies serves each session. Absent if that is
   * the same as `checkpoint`; `publishedState` returns either.
   * @param without parts of `policyStateRevisions` that are not copied: null stands in their place.
   */
  policyState?(without?: ReadonlySet<string>): Checkpoint;
  /**
   * The large parts of the policy state that seldom change, such as the weights of a frozen network: for each, by the path of its place in the state,
   * such as `learner/pretrained`, a number that differs after every change of it in this process. Absent if it has no such parts.
   */
  policyStateRevisions?(): Readonly<Record<string, number>>;
  /**
   * Makes `policy` that of the learner with the same options whose `policyState` this is, bit for bit. What acting has changed here stays. It
   * takes as long as copying the weights, as it runs between two decisions. The state is copied. A part that is null stays as it is here.
   *
   * What only learning needs is left as it is: a learner that is to learn on continues from a `checkpoint`.
   * @throws {CheckpointError} or {WeightsError} for a state of something else; the learner is then unchanged.
   */
  setPolicyState?(state: Checkpoint): void;
  /**
   * Takes a policy state as `setPolicyState` does, in steps of about a millisecond each, for a process that decides meanwhile. Before the change is
   * made, decisions are the same as before. Absent if the state can only be set in one piece.
   * @throws {CheckpointError} or {WeightsError} for a state of something else, in a step; the learner is then unchanged.
   */
  stagePolicyState?(state: Checkpoint): Staging;
}

/** A learner that can be checkpointed. */
export interface CheckpointableLearner extends Learner {
  /** @throws {CheckpointError} if a part cannot be checkpointed, such as a generator without `state`. */
  checkpoint(): Checkpoint;
  /** @throws {CheckpointError} or {WeightsError} for a checkpoint of something else; the learner is then unchanged. */
  restore(checkpoint: Checkpoint): void;
}
