import { type Checkpointable, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';

/** Most sessions whose assignment is remembered; the oldest are forgotten first. */
const MAX_SESSIONS = 1_000_000;

/** Which of two policies serves each session, by its key, from its first decision to its end. */
export class SessionAssignments {
  #isFirst = new Map<number, boolean>();

  readonly state: Checkpointable = checkpointState(
    () => ({
      keys: Float64Array.from(this.#isFirst.keys()),
      isFirst: Uint8Array.from(this.#isFirst.values(), (isFirst) => (isFirst ? 1 : 0)),
    }),
    ({ keys, isFirst }) => {
      this.#isFirst = new Map(Array.from(keys, (key, k): [number, boolean] => [key, isFirst[k] === 1]));
    },
  );

  /** Whether the first policy serves a session; undefined for one that is not assigned. */
  get(session: number): boolean | undefined {
    return this.#isFirst.get(session);
  }

  /** Assigns a session. */
  set(session: number, isFirst: boolean): void {
    this.#isFirst.set(session, isFirst);
    if (this.#isFirst.size <= MAX_SESSIONS) return;
    for (const oldest of this.#isFirst.keys()) {
      this.#isFirst.delete(oldest);
      return;
    }
  }

  /** Forgets the sessions that ended. */
  forgetEnded(trajectories: Trajectories): void {
    const { rows, states } = trajectories;
    for (let row = 0; row < rows; row++) {
      if (endAfter(trajectories, row) !== TRAJECTORY_END.open) this.#isFirst.delete(states.session[row]);
    }
  }
}
