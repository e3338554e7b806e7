import { type Checkpointable, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';

/** A session that ended. */
export interface EndedSession {
  /** Its key. */
  readonly session: number;
  /** Total reward. */
  readonly reward: number;
  /** Which policy chose its last items, a value of `CHOSEN_BY`. */
  readonly chosenBy: number;
}

/** Sums the rewards of sessions, by their keys. */
export class SessionRewards {
  #open = new Map<number, { readonly reward: number; readonly chosenBy: number }>();

  readonly state: Checkpointable = checkpointState(
    () => {
      const all = [...this.#open.values()];
      return {
        keys: Float64Array.from(this.#open.keys()),
        rewards: Float64Array.from(all, ({ reward }) => reward),
        chosenBy: Uint8Array.from(all, ({ chosenBy }) => chosenBy),
      };
    },
    ({ keys, rewards, chosenBy }) => {
      this.#open = new Map(Array.from(keys, (key, k) => [key, { reward: rewards[k], chosenBy: chosenBy[k] }]));
    },
  );

  /**
   * Adds trajectories, and calls `ended` for each session that ends in them: in the order of its last row, then for the sessions that were
   * closed after their last row was added before.
   */
  add(trajectories: Trajectories, ended: (session: EndedSession) => void): void {
    const { rows, states, reward, chosenBy, closed } = trajectories;
    for (let row = 0; row < rows; row++) {
      const session = states.session[row];
      const sum = (this.#open.get(session)?.reward ?? 0) + reward[row];
      if (endAfter(trajectories, row) === TRAJECTORY_END.open) {
        this.#open.set(session, { reward: sum, chosenBy: chosenBy[row] });
        continue;
      }
      this.#open.delete(session);
      ended({ session, reward: sum, chosenBy: chosenBy[row] });
    }
    for (const session of closed ?? []) {
      const open = this.#open.get(session);
      if (open === undefined) continue;
      this.#open.delete(session);
      ended({ session, ...open });
    }
  }
}
