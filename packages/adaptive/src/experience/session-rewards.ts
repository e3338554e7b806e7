import { type Checkpointable, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';

/** Sums the rewards of sessions, by their keys. */
export class SessionRewards {
  #open = new Map<number, number>();

  readonly state: Checkpointable = checkpointState(
    () => ({ keys: Float64Array.from(this.#open.keys()), rewards: Float64Array.from(this.#open.values()) }),
    ({ keys, rewards }) => {
      this.#open = new Map(Array.from(keys, (key, k): [number, number] => [key, rewards[k]]));
    },
  );

  /** Adds trajectories, and calls `ended` with the total reward and the last row of each session that ends in them. */
  add(trajectories: Trajectories, ended: (reward: number, row: number) => void): void {
    const { rows, states, reward } = trajectories;
    for (let row = 0; row < rows; row++) {
      const key = states.session[row];
      const sum = (this.#open.get(key) ?? 0) + reward[row];
      if (endAfter(trajectories, row) === TRAJECTORY_END.open) {
        this.#open.set(key, sum);
        continue;
      }
      this.#open.delete(key);
      ended(sum, row);
    }
  }
}
