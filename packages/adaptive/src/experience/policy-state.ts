import type { Checkpoint, Checkpointable } from '@ialp/core';
import { partOf } from '@ialp/core/checkpoint';
import type { Learner, Staging } from '@ialp/policy';

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
  /** Takes a state in steps. Absent if it is small. @throws {CheckpointError} or {WeightsError} in a step */
  stage?(state: Checkpoint): Staging;
  /** A number that differs after every change, if the part is large and seldom changes. */
  readonly revision?: (() => number) | undefined;
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

/** The methods of a learner by which others take its policy. */
type Publishing = Pick<Learner, 'policyState' | 'policyStateRevisions' | 'setPolicyState' | 'stagePolicyState'>;

/**
 * The methods of a learner that wraps another: the published state of the other, and parts of its own. Returns `{}` if the other cannot be
 * published, or a part is missing.
 */
export function combinePolicyStates(
  learner: Learner,
  parts: Readonly<Record<string, PolicyStatePart | undefined>> = {},
): Publishing {
  const all = Object.entries(parts);
  const areThere = (entries: typeof all): entries is [string, PolicyStatePart][] =>
    entries.every(([, part]) => part !== undefined);
  const published = publishedParts(learner);
  if (published === undefined || !areThere(all)) return {};
  return {
    policyState: (without = new Set()) => ({
      learner: published.read(within(without, 'learner')),
      ...Object.fromEntries(all.map(([name, part]) => [name, without.has(name) ? null : part.read()])),
    }),
    policyStateRevisions: () => ({
      ...Object.fromEntries(Object.entries(published.revisions()).map(([path, of]) => [`learner/${path}`, of])),
      ...Object.fromEntries(
        all.flatMap(([name, { revision }]) => (revision === undefined ? [] : [[name, revision()]])),
      ),
    }),
    setPolicyState(state) {
      takeAll(given(all, state), () => published.take(partOf(state, 'learner') as Checkpoint));
    },
    *stagePolicyState(state) {
      const parts = given(all, state);
      const small = parts.filter(([{ stage }]) => stage === undefined);
      // Checked in a step of their own, and taken with the others: they may have changed here meanwhile.
      for (const [part, own] of small) part.prepare(own).undo?.();
      yield;
      const commitLearner = yield* published.stage(partOf(state, 'learner') as Checkpoint);
      const commits: (() => void)[] = [];
      for (const [part, own] of parts) if (part.stage !== undefined) commits.push(yield* part.stage(own));
      return () => {
        // A learner that takes its state at once may refuse it only here.
        takeAll(small, commitLearner);
        for (const commit of commits) commit();
      };
    },
  };
}

/**
 * Takes the states of parts, and what `last` takes: all of them or none. `last` takes the learner's, which is large: what it refuses, it has not
 * changed, so nothing large has to be copied to be undone.
 */
function takeAll(states: readonly [PolicyStatePart, Checkpoint][], last: () => void): void {
  const takings: Taking[] = [];
  try {
    for (const [part, own] of states) takings.push(part.prepare(own));
    last();
  } catch (error) {
    for (const taking of takings) taking.undo?.();
    throw error;
  }
  for (const taking of takings) taking.commit?.();
}

/** The parts with their states. One that seldom changes is left as it is where the state has null in its place. */
function given(parts: readonly [string, PolicyStatePart][], state: Checkpoint): [PolicyStatePart, Checkpoint][] {
  return parts.flatMap(([name, part]): [PolicyStatePart, Checkpoint][] => {
    const own = partOf(state, name);
    return own === null && part.revision !== undefined ? [] : [[part, own as Checkpoint]];
  });
}

/** The paths below a name. */
function within(paths: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const prefix = `${name}/`;
  return new Set([...paths].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)));
}

/**
 * What `publishedState`, `takePublishedState` and `stagePublishedState` of `@ialp/policy` do, of which only types are imported here. Undefined if the
 * learner cannot be published.
 */
function publishedParts(learner: Learner):
  | {
      readonly read: (without: ReadonlySet<string>) => Checkpoint;
      readonly revisions: () => Readonly<Record<string, number>>;
      readonly take: (state: Checkpoint) => void;
      readonly stage: (state: Checkpoint) => Staging;
    }
  | undefined {
  const isOwn = learner.policyState !== undefined && learner.setPolicyState !== undefined;
  if (!isOwn && (learner.checkpoint === undefined || learner.restore === undefined)) return undefined;
  const take = (state: Checkpoint): void => (isOwn ? learner.setPolicyState!(state) : learner.restore!(state));
  return {
    read: (without) => (isOwn ? learner.policyState!(without) : learner.checkpoint!()),
    revisions: () => learner.policyStateRevisions?.() ?? {},
    take,
    stage: (state) => learner.stagePolicyState?.(state) ?? inOnePiece(() => take(state)),
  };
}

function* inOnePiece(take: () => void): Staging {
  yield;
  return take;
}
