import { type Checkpointable, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';

/** Most sessions whose assignment is remembered; the oldest are forgotten first. */
const MAX_SESSIONS = 1_000_000;

/** How a session was assigned to one of two policies. */
export interface Assignment {
  /** Whether the first policy serves the session. */
  readonly isFirst: boolean;
  /** Probability with which it was assigned to the first policy. */
  readonly share: number;
  /** The turn in which it was assigned. */
  readonly turn: number;
}

/** Which of two policies serves each session, by its key, from its first decision to its end. */
export class SessionAssignments {
  #assignments = new Map<number, Assignment>();

  readonly state: Checkpointable = checkpointState(
    () => {
      const all = [...this.#assignments.values()];
      return {
        keys: Float64Array.from(this.#assignments.keys()),
        isFirst: Uint8Array.from(all, ({ isFirst }) => (isFirst ? 1 : 0)),
        share: Float64Array.from(all, ({ share }) => share),
        turn: Int32Array.from(all, ({ turn }) => turn),
      };
    },
    ({ keys, isFirst, share, turn }) => {
      const entryOf = (key: number, k: number): [number, Assignment] => [
        key,
        { isFirst: isFirst[k] === 1, share: share[k], turn: turn[k] },
      ];
      this.#assignments = new Map(Array.from(keys, entryOf));
    },
  );

  /** The assignment of a session; undefined for one that is not assigned. */
  get(session: number): Assignment | undefined {
    return this.#assignments.get(session);
  }

  /** Assigns a session. */
  set(session: number, assignment: Assignment): void {
    this.#assignments.set(session, assignment);
    if (this.#assignments.size <= MAX_SESSIONS) return;
    for (const oldest of this.#assignments.keys()) {
      this.#assignments.delete(oldest);
      return;
    }
  }

  /** Forgets the sessions that ended. */
  forgetEnded(trajectories: Trajectories): void {
    const { rows, states, closed } = trajectories;
    for (let row = 0; row < rows; row++) {
      if (endAfter(trajectories, row) !== TRAJECTORY_END.open) this.#assignments.delete(states.session[row]);
    }
    for (const session of closed ?? []) this.#assignments.delete(session);
  }
}
