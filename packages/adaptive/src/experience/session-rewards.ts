import { checkpointState } from '@ialp/core';
import type { Rollout } from '@ialp/policy';

/** Adds up what sessions earn, over rollouts that follow one another: rows of a step are session slots. */
export class SessionRewards {
  #open = new Float64Array(0);
  readonly state = checkpointState(
    () => ({ open: this.#open }),
    ({ open }) => {
      this.#open = open;
    },
  );

  /** Takes a rollout, and calls `ended` with the reward of each session that ended in it, and the row in which it did. */
  add(rollout: Rollout, ended: (reward: number, row: number) => void): void {
    const { sessions, reward, terminated, truncated } = rollout;
    if (this.#open.length !== sessions) this.#open = new Float64Array(sessions);
    for (let row = 0; row < reward.length; row++) {
      const slot = row % sessions;
      this.#open[slot] += reward[row];
      if (terminated[row] === 0 && truncated[row] === 0) continue;
      ended(this.#open[slot], row);
      this.#open[slot] = 0;
    }
  }
}
