import { type Checkpoint, CheckpointError } from '@ialp/core';
import type { Learner } from './learner.js';
import type { Staging } from './staging.js';

/**
 * What a learner's policy depends on, to be published to other processes that decide: its `policyState`, or its whole `checkpoint` if it has
 * none. `encodeCheckpoint` of `@ialp/policy/checkpoint-file` makes bytes of it.
 *
 * ```ts
 * const bytes = encodeCheckpoint(publishedState(learner));
 * takePublishedState(decider, decodeCheckpoint(bytes)); // in another process
 * ```
 * @throws {CheckpointError} if the learner has neither.
 */
export function publishedState(learner: Learner): Checkpoint {
  if (learner.policyState !== undefined) return learner.policyState();
  if (learner.checkpoint !== undefined) return learner.checkpoint();
  throw absent('policyState and setPolicyState, or checkpoint and restore');
}

/**
 * Makes a learner's policy that of the learner, with the same options, whose `publishedState` this is.
 * @throws {CheckpointError} or {WeightsError} for a state of something else, and {CheckpointError} if the learner can take none; the learner is
 *   then unchanged.
 */
export function takePublishedState(learner: Learner, state: Checkpoint): void {
  if (learner.setPolicyState !== undefined) learner.setPolicyState(state);
  else if (learner.policyState !== undefined) throw absent('setPolicyState beside policyState');
  else if (learner.restore !== undefined) learner.restore(state);
  else throw absent('policyState and setPolicyState, or checkpoint and restore');
}

/**
 * Takes a state as `takePublishedState` does, in steps: requests can be answered in between. A learner without `stagePolicyState` takes it in
 * one piece at the end, where it may still be refused.
 *
 * ```ts
 * const staging = stagePublishedState(decider, state);
 * let step = staging.next();
 * for (; !step.done; step = staging.next()) await setImmediate(); // of node:timers/promises
 * step.value();
 * ```
 * @throws as `takePublishedState`, in a step.
 */
export function stagePublishedState(learner: Learner, state: Checkpoint): Staging {
  return learner.stagePolicyState?.(state) ?? inOnePiece(learner, state);
}

function* inOnePiece(learner: Learner, state: Checkpoint): Staging {
  return () => takePublishedState(learner, state);
}

function absent(expected: string): CheckpointError {
  return new CheckpointError(
    `learner: expected one with ${expected}; found neither. Only the process that learns can decide by its policy.`,
  );
}
