import { type Checkpointable, CheckpointError, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { checkpointState } from '@ialp/core/checkpoint';
import type { PlainMemory } from '@ialp/policy';
import { type NamedMemory, namedMemory } from './combined-sessions.js';

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
  /** Its number among the sessions of its policy, from 1, where they are counted; otherwise 0. */
  readonly order: number;
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
        order: Float64Array.from(all, ({ order }) => order),
      };
    },
    ({ keys, isFirst, share, turn, order }) => {
      const entryOf = (key: number, k: number): [number, Assignment] => [
        key,
        { isFirst: isFirst[k] === 1, share: share[k], turn: turn[k], order: order[k] },
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

  /** Forgets a session. */
  delete(session: number): void {
    this.#assignments.delete(session);
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

/** An assignment as plain data. */
export function memoryOfAssignment({ isFirst, share, turn, order }: Assignment): NamedMemory {
  return { isFirst, share, turn, ...(order > 0 && { order }) };
}

/** The inverse of `memoryOfAssignment`. @throws {CheckpointError} */
export function assignmentOf(memory: PlainMemory): Assignment {
  const { isFirst, share, turn, order = 0 } = namedMemory(memory);
  const isCount = (value: PlainMemory | undefined): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 0;
  const isShare = typeof share === 'number' && share >= 0 && share <= 1;
  if (typeof isFirst === 'boolean' && isShare && isCount(turn) && isCount(order))
    return { isFirst, share, turn, order };
  const found = JSON.stringify({ isFirst, share, turn, order });
  throw new CheckpointError(`memory: expected isFirst, a share from 0 to 1, a turn and an order; found ${found}.`);
}
