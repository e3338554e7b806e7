import { type Checkpoint, CheckpointError, type Observation } from '@ialp/core';
import type { CheckpointReader } from '@ialp/core/checkpoint';
import type { Action } from '../policy.js';
import type { Feedback } from './trajectory-recorder.js';

/**
 * A log of interactions in columns, in chronological order: row `k` is one item shown. The items of a slate are consecutive rows.
 * `@ialp/metrics` evaluates it.
 */
export interface InteractionColumns {
  /** Session numbers, from 0 in the order in which sessions began. */
  readonly session: Int32Array;
  readonly item: Int32Array;
  /** Probability with which the item was chosen; for a slate, that of the whole slate in each of its rows. */
  readonly propensity: Float32Array;
  /** Feedback; 0 for an item that was not chosen from its slate. */
  readonly reward: Float32Array;
  /** 1 in all rows of the turn after which the user left. */
  readonly terminated: Uint8Array;
  /** 1 in all rows of the turn after which a limit ended the session. */
  readonly truncated: Uint8Array;
}

/** Records interactions as they happen, and numbers the sessions. */
export class InteractionRecorder {
  readonly #slateSize: number;
  /** Numbers of the sessions that have not ended, by key. */
  readonly #open = new Map<number, number>();
  #begun = 0;
  #length = 0;
  #columns: InteractionColumns;

  /** Allocates for a number of rows; grows when there are more. */
  constructor(rows: number, slateSize = 1) {
    this.#slateSize = slateSize;
    this.#columns = emptyColumns(rows);
  }

  /** Whether any recorded session has not ended. */
  get sessionsOpen(): boolean {
    return this.#open.size > 0;
  }

  /**
   * Records decisions and the feedback to them. A session that is not known begins, or is skipped if `beginSessions` is false.
   * @param observation the states before or after the feedback; only its keys are read.
   */
  record(
    { rows, session }: Pick<Observation, 'rows' | 'session'>,
    action: Action,
    feedback: Feedback,
    beginSessions: boolean,
  ): void {
    const width = this.#slateSize;
    this.#reserve(this.#length + rows * width);
    for (let row = 0; row < rows; row++) {
      let number = this.#open.get(session[row]);
      if (number === undefined) {
        if (!beginSessions) continue;
        number = this.#begun++;
        this.#open.set(session[row], number);
      }
      this.#append(number, action, feedback, row);
      if (feedback.terminated[row] === 1 || feedback.truncated[row] === 1) this.#open.delete(session[row]);
    }
  }

  /** Appends one decision of a session. */
  #append(number: number, { items, propensity }: Action, feedback: Feedback, row: number): void {
    const columns = this.#columns;
    const width = this.#slateSize;
    let ofSlate = 1;
    for (let k = row * width; k < (row + 1) * width; k++) ofSlate *= propensity[k];
    for (let position = 0; position < width; position++) {
      const isChosen = feedback.choice === undefined || feedback.choice[row] === position;
      const place = this.#length++;
      columns.session[place] = number;
      columns.item[place] = items[row * width + position];
      columns.propensity[place] = ofSlate;
      columns.reward[place] = isChosen ? feedback.reward[row] : 0;
      columns.terminated[place] = feedback.terminated[row];
      columns.truncated[place] = feedback.truncated[row];
    }
  }

  /** The numbers of the open sessions. The log itself is not part of it. */
  checkpoint(): Checkpoint {
    return {
      keys: Float64Array.from(this.#open.keys()),
      numbers: Int32Array.from(this.#open.values()),
      begun: this.#begun,
    };
  }

  /**
   * Continues from a checkpoint.
   * @param log the log up to there, to which is appended. Default: an empty one.
   * @throws {CheckpointError}
   */
  restore(reader: CheckpointReader, log: InteractionColumns | undefined): void {
    const keys = reader.array('keys', Float64Array);
    const numbers = reader.array('numbers', Int32Array, keys.length);
    const begun = reader.count('begun');
    const found = log === undefined ? begun : log.session.reduce((most, session) => Math.max(most, session + 1), 0);
    if (found !== begun) {
      throw new CheckpointError(
        `log: expected ${begun} sessions up to the checkpoint; found ${found}. It is of another deployment.`,
      );
    }
    this.#begun = begun;
    this.#open.clear();
    keys.forEach((key, k) => {
      this.#open.set(key, numbers[k]);
    });
    this.#length = 0;
    if (log === undefined) return;
    this.#reserve(log.session.length);
    for (const name of Object.keys(this.#columns) as (keyof InteractionColumns)[]) this.#columns[name].set(log[name]);
    this.#length = log.session.length;
  }

  /** A copy of the log so far. */
  columns(): InteractionColumns {
    const { session, item, propensity, reward, terminated, truncated } = this.#columns;
    const end = this.#length;
    return {
      session: session.slice(0, end),
      item: item.slice(0, end),
      propensity: propensity.slice(0, end),
      reward: reward.slice(0, end),
      terminated: terminated.slice(0, end),
      truncated: truncated.slice(0, end),
    };
  }

  #reserve(length: number): void {
    if (length <= this.#columns.session.length) return;
    const larger = emptyColumns(2 * length);
    for (const name of Object.keys(larger) as (keyof InteractionColumns)[]) larger[name].set(this.#columns[name]);
    this.#columns = larger;
  }
}

function emptyColumns(length: number): InteractionColumns {
  return {
    session: new Int32Array(length),
    item: new Int32Array(length),
    propensity: new Float32Array(length),
    reward: new Float32Array(length),
    terminated: new Uint8Array(length),
    truncated: new Uint8Array(length),
  };
}
