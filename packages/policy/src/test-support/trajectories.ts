/** Trajectories, for the tests of what learns from them. */
import { type Environment, endedSessions, type Observation, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import type { Action } from '../policy.js';

/** What a policy does in the states of all sessions. */
export type Act = (observation: Observation) => Pick<Action, 'items' | 'propensity'>;

/** Records some steps of all sessions of an environment: row `t * sessions + s` is step `t` of slot `s`. */
export function recordSteps(environment: Environment, steps: number, act: Act, seed = 4): Trajectories {
  const { items, historyLength, slateSize } = environment.spec;
  const recorder = new TrajectoryRecorder({ items, historyLength, slateSize });
  let observation = environment.reset({ seed });
  for (let step = 0; step < steps; step++) {
    const action = act(observation);
    recorder.recordAction(observation, action);
    const outcome = environment.step(action.items);
    recorder.recordFeedback(outcome.observation, outcome);
    observation = environment.reset({ resetMask: endedSessions(outcome) });
  }
  return recorder.take();
}

/** The part of trajectories that says which row follows which. */
export type Order = Pick<Trajectories, 'rows' | 'count' | 'offsets' | 'steps' | 'trajectory' | 'end'>;

/**
 * The order of `slots` sessions that step together, row `t * slots + s` for step `t` of slot `s`. A new session begins in its slot where one
 * ended.
 * @param ends `[rows]`: how each row's session ended with it, a value of `TRAJECTORY_END`.
 */
export function lockStep(slots: number, ends: ArrayLike<number>): Order {
  const rows = ends.length;
  const lists: { rows: number[]; end: number }[] = [];
  const open = new Array<{ rows: number[]; end: number } | undefined>(slots).fill(undefined);
  for (let row = 0; row < rows; row++) {
    const slot = row % slots;
    const list = open[slot] ?? { rows: [], end: TRAJECTORY_END.open };
    if (list.rows.length === 0) lists.push(list);
    list.rows.push(row);
    list.end = ends[row];
    open[slot] = list.end === TRAJECTORY_END.open ? list : undefined;
  }
  return orderOf(lists);
}

/** The order of trajectories that are given as lists of their rows. */
export function orderOf(lists: readonly { readonly rows: readonly number[]; readonly end: number }[]): Order {
  const steps = Int32Array.from(lists.flatMap((list) => list.rows));
  const offsets = new Int32Array(lists.length + 1);
  const trajectory = new Int32Array(steps.length);
  for (const [k, list] of lists.entries()) {
    offsets[k + 1] = offsets[k] + list.rows.length;
    for (const row of list.rows) trajectory[row] = k;
  }
  const end = Uint8Array.from(lists, (list) => list.end);
  return { rows: steps.length, count: lists.length, offsets, steps, trajectory, end };
}
