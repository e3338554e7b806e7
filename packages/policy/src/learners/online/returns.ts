import { TRAJECTORY_END, type Trajectories } from '@ialp/core';

/** Discounted returns of decisions. */
export interface Returns {
  /** `[rows]`: `G_t = sum over k of gamma^k r_{t+k}` up to the end of the session; 0 if not known. */
  readonly value: Float32Array;
  /** `[rows]`: 1 where the session ended within the trajectories, so that the return is known. */
  readonly known: Uint8Array;
}

/** Computes the returns, from each last step to the first. A truncated session's return is the reward it had until then. */
export function returnsOf({ rows, count, offsets, steps, end, reward }: Trajectories, discount: number): Returns {
  const value = new Float32Array(rows);
  const known = new Uint8Array(rows);
  for (let k = 0; k < count; k++) {
    if (end[k] === TRAJECTORY_END.open) continue;
    let sum = 0;
    for (let place = offsets[k + 1] - 1; place >= offsets[k]; place--) {
      const row = steps[place];
      sum = reward[row] + discount * sum;
      known[row] = 1;
      value[row] = sum;
    }
  }
  return { value, known };
}
