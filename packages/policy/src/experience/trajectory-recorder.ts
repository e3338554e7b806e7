import {
  type Checkpoint,
  CheckpointError,
  checkInteger,
  checkOptionNames,
  counted,
  described,
  InvalidOptionError,
  type Observation,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { checkAction, checkAwaited, checkDecisions, checkFeedback } from '../checks/recording.js';
import { checkKeys, checkStates } from '../checks/states.js';
import type { Action } from '../policy.js';
import { DecisionRows } from './decision-rows.js';
import { grown } from './exclusion-lists.js';
import { type OpenSession, OpenSessions } from './open-sessions.js';
import { StateRows, type StateShape } from './state-rows.js';
import { WaitingDecisions } from './waiting-decisions.js';

/** Feedback to decisions, `[rows]` each: what `Environment.step` returns, without its observation. */
export interface Feedback {
  readonly reward: Float32Array;
  /** 1 where the user left. */
  readonly terminated: Uint8Array;
  /** 1 where a limit ended the session. */
  readonly truncated: Uint8Array;
  /** Position of the item that the user chose from the slate, -1 for none. Absent if there is nothing to choose. */
  readonly choice?: Int32Array;
}

/** Options of `TrajectoryRecorder`: sizes of the states to record. */
export interface TrajectoryRecorderOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in a state's history. */
  readonly historyLength: number;
  /** User features of each state. Default 0. */
  readonly userFeatures?: number;
  /** Items shown in each decision. Default 1. */
  readonly slateSize?: number;
}

const OPTION_NAMES: readonly (keyof TrajectoryRecorderOptions)[] = [
  'items',
  'historyLength',
  'userFeatures',
  'slateSize',
];

/**
 * Records decisions and the feedback to them, and makes trajectories of them. Decisions come one by one or in batches; feedback comes in
 * any order, also after later decisions of the same session. A decision belongs to the trajectories that are taken after its feedback, and
 * the feedback to all earlier decisions of its session, has arrived.
 *
 * ```ts
 * recorder.recordAction(observation, action);
 * const step = environment.step(action.items);
 * recorder.recordFeedback(step.observation, step);
 * if (recorder.rows >= 640) learner.learn(recorder.take());
 * ```
 */
export class TrajectoryRecorder {
  readonly #shape: StateShape;
  readonly #slateSize: number;
  readonly #sessions = new OpenSessions();
  readonly #waiting: WaitingDecisions;
  /** The current batch. */
  readonly #states: StateRows;
  readonly #last: StateRows;
  readonly #decisions: DecisionRows;
  #trajectory: Int32Array<ArrayBuffer> = new Int32Array(0);
  #end: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #rows = 0;
  #count = 0;
  #batch = 0;
  /** For each trajectory of the batch, the waiting decision whose state after the feedback is the trajectory's last. */
  readonly #lastPlaces: number[] = [];
  /** What is available now, and the sessions that ended without a step in the batch. */
  #available: Uint8Array | undefined;
  #closed: number[] = [];
  /** Whether the batch was taken: its memory is used again when the next decision is released, as the caller still reads it. */
  #isTaken = false;

  /** @throws {InvalidOptionError} */
  constructor(options: TrajectoryRecorderOptions) {
    checkOptionNames(options, OPTION_NAMES);
    const { items, historyLength, userFeatures = 0, slateSize = 1 } = options;
    for (const [option, value] of Object.entries({ items, historyLength, slateSize })) checkInteger(option, value, 1);
    checkInteger('userFeatures', userFeatures, 0);
    this.#shape = { items, historyLength, userFeatures };
    this.#slateSize = slateSize;
    this.#waiting = new WaitingDecisions(this.#shape, slateSize);
    this.#states = new StateRows(this.#shape);
    this.#last = new StateRows(this.#shape);
    this.#decisions = new DecisionRows(slateSize);
  }

  /** Decisions that `take` would return. */
  get rows(): number {
    return this.#rows;
  }

  /** Decisions that wait for feedback, or for that to an earlier decision of the session. */
  get waiting(): number {
    return this.#waiting.size - this.#lastPlaces.length;
  }

  /**
   * Records decisions. Call it before the environment's step, which overwrites the observation.
   * @param options.policyVersion version of the policy that chose. Default 0.
   * @throws {ShapeError} if the observation or the action has other sizes.
   * @throws {InvalidOptionError} for a session whose decision in this turn is recorded or that has ended, twice the same session, an
   *   item that is not in the catalogue, or a propensity that is not a probability above 0. Nothing is then recorded.
   */
  recordAction(observation: Observation, action: Action, options: { readonly policyVersion?: number } = {}): void {
    checkOptionNames(options, ['policyVersion']);
    const { policyVersion = 0 } = options;
    checkInteger('policyVersion', policyVersion, 0);
    this.#checkFit(observation);
    checkAction(observation, action, this.#slateSize);
    checkDecisions(observation, this.#sessions);
    this.#available = observation.available;
    for (let row = 0; row < observation.rows; row++) {
      const key = observation.session[row];
      const turn = observation.turn[row];
      const session = this.#sessions.get(key) ?? this.#sessions.begin(key, turn);
      session.waiting.push(this.#waiting.add(observation, action, row, policyVersion));
      session.nextTurn = turn + 1;
    }
  }

  /**
   * Records the feedback to one decision of each row's session: to that in turn `observation.turn[row] - 1`.
   * @param observation the states after the feedback. For a session that ended, its last state.
   * @throws {ShapeError} if the observation or the feedback has other sizes.
   * @throws {InvalidOptionError} if no such decision was recorded, or its feedback is known; for a session that ends before its last
   *   decision. Nothing is then recorded.
   */
  recordFeedback(observation: Observation, feedback: Feedback): void {
    this.#checkFit(observation);
    checkFeedback(observation.rows, this.#slateSize, feedback);
    checkAwaited(observation, feedback, this.#sessions, (place) => this.#waiting.decisions.hasFeedback(place));
    this.#available = observation.available;
    for (let row = 0; row < observation.rows; row++) {
      const key = observation.session[row];
      const session = this.#sessions.get(key) as OpenSession;
      const place = session.waiting[observation.turn[row] - 1 - session.releasedTurn];
      this.#waiting.setFeedback(place, observation, feedback, row);
      session.hasEnd ||= feedback.terminated[row] === 1 || feedback.truncated[row] === 1;
      this.#release(key, session);
    }
  }

  /**
   * The trajectories of all decisions whose feedback is known, and that to all earlier decisions of their sessions; they are not returned
   * again. The arrays are valid until the next call of the recorder.
   */
  take(): Trajectories {
    const rows = this.#rows;
    const count = this.#count;
    const trajectory = this.#trajectory.subarray(0, rows);
    this.#last.clear();
    for (const [k, place] of this.#lastPlaces.entries()) {
      this.#last.write(k, this.#waiting.after.all, place);
      this.#waiting.remove(place);
    }
    this.#lastPlaces.length = 0;
    const trajectories: Trajectories = {
      ...{ rows, count, slateSize: this.#slateSize },
      states: this.#states.states(rows),
      ...this.#decisions.columns(rows),
      ...groupedRows(trajectory, count),
      trajectory,
      end: this.#end.subarray(0, count),
      last: this.#last.states(count),
      ...(this.#available !== undefined && { available: this.#available }),
      ...(rows > 0 && this.#closed.length > 0 && { closed: Float64Array.from(this.#closed) }),
    };
    // Without a row nobody learns from the trajectories: the ends are reported with the next.
    if (rows > 0) this.#closed = [];
    this.#startBatch();
    return trajectories;
  }

  /**
   * Ends a session after its last decision, such as one that has been idle too long. Its trajectory is truncated there; if its last step
   * was taken before, its key is among those of `closed` of the next trajectories.
   * @throws {InvalidOptionError} for a session that is not open, or that waits for feedback: record it first, by default if need be.
   */
  endSession(session: number): void {
    const open = this.#sessions.get(session);
    if (open === undefined) {
      throw new InvalidOptionError('session', session, 'the key of a session that goes on');
    }
    if (open.waiting.length > 0) {
      const found = described(
        `session ${session}, which waits for feedback to ${counted(open.waiting.length, 'decision')}`,
      );
      throw new InvalidOptionError('session', found, 'a session whose feedback is recorded: call recordFeedback first');
    }
    if (open.batch === this.#batch) this.#end[open.trajectory] = TRAJECTORY_END.truncated;
    else this.#closed.push(session);
    this.#sessions.end(session);
  }

  /**
   * A copy of the open sessions and of their decisions that wait for feedback. Call it after `take`.
   * @throws {CheckpointError} if there are decisions that `take` would return: they would be learned from twice, or never.
   */
  checkpoint(): Checkpoint {
    if (this.#rows > 0) {
      const found = counted(this.#rows, 'decision');
      throw new CheckpointError(
        `recorder: expected none to take; found ${found}. Call take, and learn from the result, first.`,
      );
    }
    return {
      sessions: this.#sessions.checkpoint(),
      waiting: this.#waiting.checkpoint(),
      closed: Float64Array.from(this.#closed),
    };
  }

  /** Continues from a checkpoint of a recorder of the same sizes. @throws {CheckpointError} for another; the recorder is then unchanged. */
  restore(checkpoint: Checkpoint): void {
    const reader = new CheckpointReader(checkpoint);
    const { rows, restore } = this.#waiting.read(reader.part('waiting'));
    const restoreSessions = this.#sessions.read(reader.part('sessions'), rows);
    const closed = reader.array('closed', Float64Array);
    this.clear();
    restoreSessions();
    restore(this.#sessions.waitingRows());
    this.#closed = Array.from(closed);
  }

  /** Sessions whose decisions wait for feedback. A session waits until the feedback to each of its decisions is recorded. */
  get waitingSessions(): Float64Array {
    return this.#sessions.waitingKeys();
  }

  /** Forgets all decisions, those that wait for feedback too, and all sessions. */
  clear(): void {
    this.#sessions.clear();
    this.#lastPlaces.length = 0;
    this.#closed = [];
    this.#waiting.clear();
    this.#startBatch();
  }

  #startBatch(): void {
    this.#isTaken = true;
    this.#batch++;
    this.#rows = 0;
    this.#count = 0;
  }

  /** Moves a session's decisions to the batch, up to the first without feedback. */
  #release(key: number, session: OpenSession): void {
    for (;;) {
      const place = session.waiting[0] as number | undefined;
      if (place === undefined || !this.#waiting.decisions.hasFeedback(place)) return;
      this.#append(session, place);
      session.waiting.shift();
      session.releasedTurn++;
      this.#waiting.states.free(place);
      if (this.#waiting.decisions.endOf(place) === TRAJECTORY_END.open) continue;
      this.#sessions.end(key);
      return;
    }
  }

  /** Appends a waiting decision to its session's trajectory in the batch. */
  #append(session: OpenSession, place: number): void {
    if (this.#isTaken) {
      this.#states.clear();
      this.#isTaken = false;
    }
    if (session.batch !== this.#batch) {
      session.batch = this.#batch;
      session.trajectory = this.#count++;
    }
    const row = this.#rows++;
    this.#reserve(this.#rows);
    this.#trajectory[row] = session.trajectory;
    this.#end[session.trajectory] = this.#waiting.decisions.endOf(place);
    this.#states.write(row, this.#waiting.states.all, place);
    this.#setLast(session.trajectory, place);
    this.#decisions.copy(row, this.#waiting.decisions, place);
  }

  /** Remembers where the state after the last step of a trajectory is: it is copied when the batch is taken. */
  #setLast(trajectory: number, place: number): void {
    if (trajectory < this.#lastPlaces.length) this.#waiting.remove(this.#lastPlaces[trajectory]);
    this.#lastPlaces[trajectory] = place;
  }

  #reserve(rows: number): void {
    if (rows <= this.#trajectory.length) return;
    const capacity = Math.max(rows, 2 * this.#trajectory.length, 64);
    this.#trajectory = grown(this.#trajectory, new Int32Array(capacity));
    this.#end = grown(this.#end, new Uint8Array(capacity));
  }

  #checkFit(observation: Observation): void {
    const { items, historyLength, userFeatures } = this.#shape;
    checkStates(observation, { items, historyLength, userFeatures }, 'observation');
    checkKeys(observation);
  }
}

/** Groups rows by their trajectories, in order. */
function groupedRows(trajectory: Int32Array, count: number): Pick<Trajectories, 'offsets' | 'steps'> {
  const offsets = new Int32Array(count + 1);
  for (let row = 0; row < trajectory.length; row++) offsets[trajectory[row] + 1]++;
  for (let k = 0; k < count; k++) offsets[k + 1] += offsets[k];
  const next = offsets.slice(0, count);
  const steps = new Int32Array(trajectory.length);
  for (let row = 0; row < trajectory.length; row++) steps[next[trajectory[row]]++] = row;
  return { offsets, steps };
}
