import type { Action } from '../policy.js';
import type { Feedback } from './rollout.js';

/**
 * A log of interactions in columns, in chronological order: row `k` is one interaction. `@ialp/metrics` evaluates it.
 */
export interface InteractionColumns {
  /** Session numbers, from 0 in the order in which sessions began. */
  readonly session: Int32Array;
  readonly item: Int32Array;
  /** Probability with which the item was chosen. */
  readonly propensity: Float32Array;
  readonly reward: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/** Records interactions step by step, and numbers the sessions. */
export class InteractionRecorder {
  readonly #sessions: number;
  /** `[slots]`: the current session of each slot; -1 between sessions. */
  readonly #current: Int32Array;
  #begun = 0;
  #length = 0;
  #columns: InteractionColumns;

  /** Allocates for a number of steps of `sessions` slots; grows when there are more. */
  constructor(sessions: number, steps: number) {
    this.#sessions = sessions;
    this.#current = new Int32Array(sessions).fill(-1);
    this.#columns = emptyColumns(sessions * (steps + 32));
  }

  /** Whether any recorded session has not ended. */
  get sessionsOpen(): boolean {
    return this.#current.some((session) => session >= 0);
  }

  /** Records one step of all slots. A slot between sessions begins a new one, or is skipped if `beginSessions` is false. */
  record({ items, propensity }: Action, feedback: Feedback, beginSessions: boolean): void {
    this.#reserve(this.#length + this.#sessions);
    const columns = this.#columns;
    for (let slot = 0; slot < this.#sessions; slot++) {
      if (this.#current[slot] < 0) {
        if (!beginSessions) continue;
        this.#current[slot] = this.#begun++;
      }
      const row = this.#length++;
      columns.session[row] = this.#current[slot];
      columns.item[row] = items[slot];
      columns.propensity[row] = propensity[slot];
      columns.reward[row] = feedback.reward[slot];
      columns.terminated[row] = feedback.terminated[slot];
      columns.truncated[row] = feedback.truncated[slot];
      if (feedback.terminated[slot] === 1 || feedback.truncated[slot] === 1) this.#current[slot] = -1;
    }
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
