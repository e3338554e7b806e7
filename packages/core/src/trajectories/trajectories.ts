import type { Observation } from '../observation/observation.js';

/** Values of `Trajectories.chosenBy`: which policy chose, where a pre-trained and an online one are combined. */
export const CHOSEN_BY = { unknown: 0, pretrained: 1, online: 2 } as const;

/** Values of `Trajectories.end`: how a trajectory ended. */
export const TRAJECTORY_END = {
  /** The session goes on: bootstrap from `last`. */
  open: 0,
  /** The user left: the value of what follows is 0. */
  terminated: 1,
  /** A limit ended the session although the user would have stayed: bootstrap from `last`. */
  truncated: 2,
} as const;

/**
 * Experience: decisions with their feedback. A row is one decision; consecutive decisions of one session form a trajectory. Sessions may be
 * interleaved in any way, and of any number and length.
 *
 * Rows are in the order in which their feedback arrived. The rows of trajectory `k`, from its first step to its last, are
 * `steps[offsets[k]]` up to `steps[offsets[k + 1] - 1]`.
 */
export interface Trajectories {
  /** Decisions in all trajectories. */
  readonly rows: number;
  /** Number of trajectories. Each has at least one row. */
  readonly count: number;
  /** Items shown in each decision (`K`). */
  readonly slateSize: number;
  /** `[rows]`: the states in which the actions were chosen. Its `session` and `turn` tell which decision a row is. */
  readonly states: Observation;
  /** `[rows, slateSize]`: items shown. */
  readonly actions: Int32Array;
  /** `[rows, slateSize]`: probability with which each item was chosen, given those above it in its slate. NaN if unknown. */
  readonly propensity: Float32Array;
  /** `[rows]`: feedback. */
  readonly reward: Float32Array;
  /** `[rows]`: position of the item that the user chose from the slate, -1 for none. Absent if there is nothing to choose. */
  readonly choice?: Int32Array;
  /** `[rows]`: which policy chose the items, a value of `CHOSEN_BY`. */
  readonly chosenBy: Uint8Array;
  /** `[rows]`: version of the policy that chose the items, counted by the caller; 0 if it is not counted. */
  readonly policyVersion: Float64Array;
  /** `[rows, slateSize]`: propensities under the pre-trained policy alone; NaN where unknown. Absent if unknown everywhere. */
  readonly pretrainedPropensity?: Float32Array;
  /** `[rows, slateSize]`: propensities under the online policy alone; NaN where unknown. Absent if unknown everywhere. */
  readonly onlinePropensity?: Float32Array;
  /** `[count + 1]`: where each trajectory begins in `steps`. */
  readonly offsets: Int32Array;
  /** `[rows]`: rows, trajectory by trajectory. */
  readonly steps: Int32Array;
  /** `[rows]`: the trajectory of each row. */
  readonly trajectory: Int32Array;
  /** `[count]`: how each trajectory ended, a value of `TRAJECTORY_END`. */
  readonly end: Uint8Array;
  /** `[count]`: the state of each session after its last step, from which an open or truncated trajectory is bootstrapped. */
  readonly last: Observation;
  /**
   * `[items]`: what was available when the last feedback arrived, which is what can be shown from then on. Absent if it is unknown; the availability of `last` counts then.
   */
  readonly available?: Uint8Array;
  /**
   * Keys of sessions that ended, by a limit of time, after their last step was part of earlier trajectories, so that they have no row here.
   * Absent if there is no such session.
   */
  readonly closed?: Float64Array;
}

/** The row that follows each row in its trajectory; -1 after the last. `[rows]`. */
export function followingRows({ rows, count, offsets, steps }: Trajectories): Int32Array {
  const following = new Int32Array(rows).fill(-1);
  for (let k = 0; k < count; k++) {
    for (let place = offsets[k]; place < offsets[k + 1] - 1; place++) following[steps[place]] = steps[place + 1];
  }
  return following;
}

/**
 * How the session of a row ended with it, a value of `TRAJECTORY_END`: that of its trajectory for the last row, and `open` for the
 * rows before.
 */
export function endAfter({ offsets, steps, trajectory, end }: Trajectories, row: number): number {
  const k = trajectory[row];
  return steps[offsets[k + 1] - 1] === row ? end[k] : TRAJECTORY_END.open;
}
