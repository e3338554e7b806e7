import type { Checkpoint, CheckpointValue, Environment, Observation, StepResult } from '@ialp/core';
import type { MakeEnvironment } from '../conformance/index.js';
import { makeRing } from './environment.js';

/** An environment that can be checkpointed. */
export type CheckpointedEnvironment = Environment & Required<Pick<Environment, 'checkpoint' | 'restore'>>;

/** The ring with some members replaced. For tests. */
export function replacing(
  members: (env: CheckpointedEnvironment, sessions: number) => Partial<Environment>,
): MakeEnvironment {
  return (sessions) => {
    const env = makeRing(sessions) as CheckpointedEnvironment;
    return {
      specificationVersion: 'v2',
      spec: env.spec,
      reset: (options) => env.reset(options),
      step: (actions) => env.step(actions),
      checkpoint: () => env.checkpoint(),
      restore: (checkpoint) => env.restore(checkpoint),
      ...members(env, sessions),
    };
  };
}

/** The ring with another checkpoint. For tests. */
export function saving(change: (checkpoint: Checkpoint) => unknown): MakeEnvironment {
  return replacing((env) => ({ checkpoint: () => change(env.checkpoint()) as Checkpoint }));
}

/** The ring that leaves values out of its checkpoints, or writes others. For tests. */
export function savingOther(values: Checkpoint): MakeEnvironment {
  return saving((checkpoint) => ({ ...checkpoint, ...values }));
}

/** The ring that continues from a changed checkpoint. For tests. */
export function restoring(
  change: (checkpoint: Checkpoint, env: CheckpointedEnvironment) => Checkpoint,
): MakeEnvironment {
  return replacing((env) => ({ restore: (checkpoint) => env.restore(change(checkpoint, env)) }));
}

/** The ring whose checkpoints are views of its state: later steps change them. For tests. */
export const savingViews: MakeEnvironment = replacing((env) => {
  let live: Checkpoint | undefined;
  return {
    checkpoint() {
      live = env.checkpoint();
      return live;
    },
    step(actions) {
      const step = env.step(actions);
      if (live !== undefined) write(env.checkpoint(), live);
      return step;
    },
  };
});

/** The ring that goes on in the arrays of the checkpoint that it was restored from. For tests. */
export const adopting: MakeEnvironment = replacing((env) => {
  let adopted: Checkpoint | undefined;
  return {
    restore(checkpoint) {
      adopted = checkpoint;
      return env.restore(checkpoint);
    },
    step(actions) {
      const step = env.step(actions);
      if (adopted !== undefined) write(env.checkpoint(), adopted);
      return step;
    },
  };
});

/** Writes the arrays of a checkpoint into those of another. */
function write(from: Checkpoint, to: Checkpoint): void {
  for (const [name, value] of Object.entries(to)) {
    const values = from[name] as CheckpointValue;
    if (value instanceof Int32Array) value.set((values as Int32Array).subarray(0, value.length));
  }
}

/** The ring that forgets in `restore` which sessions have ended: their steps change nothing. For tests. */
export const forgettingEnds: MakeEnvironment = replacing((env) => {
  let isRestored = false;
  let last: StepResult | undefined;
  return {
    restore(checkpoint) {
      isRestored = true;
      return env.restore(checkpoint);
    },
    step(actions) {
      try {
        last = env.step(actions);
      } catch (error) {
        if (!isRestored || last === undefined) throw error;
      }
      return last;
    },
  };
});

/** The ring that shows the last state before `restore` once more, in place of the restored one. For tests. */
export const showingStale: MakeEnvironment = replacing((env) => {
  let stale: Observation | undefined;
  const noted = (observation: Observation): Observation => {
    stale = { ...observation, historyItems: observation.historyItems.slice(), turn: observation.turn.slice() };
    return observation;
  };
  return {
    reset: (options) => noted(env.reset(options)),
    restore(checkpoint) {
      const observation = env.restore(checkpoint);
      return stale ?? observation;
    },
  };
});
