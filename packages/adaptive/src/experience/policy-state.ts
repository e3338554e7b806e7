import type { Checkpoint, Checkpointable } from '@ialp/core';
import { partOf } from '@ialp/core/checkpoint';
import type { Learner } from '@ialp/policy';

/** How a part of a policy state is taken: only one of the two is called. */
export interface Taking {
  /** Takes the state, once all parts have accepted theirs. It does not fail. */
  commit?(): void;
  /** Takes back what `prepare` has changed, as another part has refused its state. */
  undo?(): void;
}

/** A part of the state that a learner's policy depends on, beside the learner that it wraps. */
export interface PolicyStatePart {
  /** A copy of the state. */
  read(): Checkpoint;
  /** Checks a state. @throws {CheckpointError} */
  prepare(state: Checkpoint): Taking;
}

/** Small state as a part: it is taken at once, and taken back from a copy. Undefined for what cannot be checkpointed. */
export function smallPart(state: Partial<Checkpointable>): PolicyStatePart | undefined {
  const { checkpoint, restore } = state;
  if (checkpoint === undefined || restore === undefined) return undefined;
  return {
    read: () => state.checkpoint!(),
    prepare(taken) {
      const before = state.checkpoint!();
      state.restore!(taken);
      return { undo: () => state.restore!(before) };
    },
  };
}

/**
 * `policyState` and `setPolicyState` of a learner that wraps another: the published state of the other, and parts of its own. Returns `{}` if the
 * other cannot be published, or a part is missing.
 */
export function combinePolicyStates(
  learner: Learner,
  parts: Readonly<Record<string, PolicyStatePart | undefined>> = {},
): Pick<Learner, 'policyState' | 'setPolicyState'> {
  const all = Object.entries(parts);
  const areThere = (entries: typeof all): entries is [string, PolicyStatePart][] =>
    entries.every(([, part]) => part !== undefined);
  const published = publishedParts(learner);
  if (published === undefined || !areThere(all)) return {};
  return {
    policyState: () => ({
      learner: published.read(),
      ...Object.fromEntries(all.map(([name, part]) => [name, part.read()])),
    }),
    setPolicyState(state) {
      // The learner's, which is large, comes last: what it refuses, it has not changed, so nothing large has to be copied to be undone.
      const takings: Taking[] = [];
      try {
        for (const [name, part] of all) takings.push(part.prepare(partOf(state, name) as Checkpoint));
        published.take(partOf(state, 'learner') as Checkpoint);
      } catch (error) {
        for (const taking of takings) taking.undo?.();
        throw error;
      }
      for (const taking of takings) taking.commit?.();
    },
  };
}

/** What `publishedState` and `takePublishedState` of `@ialp/policy` do, of which only types are imported here. Undefined if the learner has neither. */
function publishedParts(
  learner: Learner,
): { readonly read: () => Checkpoint; readonly take: (state: Checkpoint) => void } | undefined {
  if (learner.policyState !== undefined && learner.setPolicyState !== undefined) {
    return { read: () => learner.policyState!(), take: (state) => learner.setPolicyState!(state) };
  }
  if (learner.checkpoint === undefined || learner.restore === undefined) return undefined;
  return { read: () => learner.checkpoint!(), take: (state) => learner.restore!(state) };
}
