import { endAfter, followingRows, TRAJECTORY_END, type Trajectories } from '@ialp/core';

/** Arguments of `temporalDifferences`. */
export interface CriticInput {
  readonly trajectories: Trajectories;
  /** `[rows]`: `V(s)`. */
  readonly value: ArrayLike<number>;
  /** `[count]`: `V(s)` of the state after each trajectory's last step. */
  readonly lastValue: ArrayLike<number>;
  readonly discount: number;
}

/** Temporal differences, and their sensitivity to a constant offset of the critic. */
export interface TemporalDifferences {
  /** `[rows]`: `delta_t = r_t + gamma V(s_{t+1}) - V(s_t)`; after a terminated session the next value is 0. */
  readonly delta: Float64Array;
  /**
   * `[rows]`: `h_t = 1` for a terminated session, else `1 - gamma`. With the critic `V + k` the temporal
   * differences are `delta_t - k h_t`.
   */
  readonly constant: Float64Array;
}

/** The temporal differences of a critic. */
export function temporalDifferences({ trajectories, value, lastValue, discount }: CriticInput): TemporalDifferences {
  const { rows, reward, trajectory } = trajectories;
  const following = followingRows(trajectories);
  const delta = new Float64Array(rows);
  const constant = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const goesOn = endAfter(trajectories, row) !== TRAJECTORY_END.terminated;
    const next = following[row] >= 0 ? value[following[row]] : lastValue[trajectory[row]];
    delta[row] = reward[row] + (goesOn ? discount * next : 0) - value[row];
    constant[row] = goesOn ? 1 - discount : 1;
  }
  return { delta, constant };
}
