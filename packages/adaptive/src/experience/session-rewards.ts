import { checkpointState } from '@ialp/core';
import type { Rollout } from '@ialp/policy';

/** Sums the rewards of sessions over consecutive rollouts, whose rows are session slots. */
export class SessionRewards {
  #open = new Float64Array(0);
  readonly state = checkpointState(
    () => ({ open: this.#open }),
    ({ open }) => {
      this.#open = open;
    },
  );

  /** Adds a rollout, and calls `ended` with the total reward and the row of each session that ends in it. */
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
