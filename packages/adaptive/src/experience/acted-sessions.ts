import { InvalidOptionError, type Observation } from '@ialp/core';
import type { Action, Rollout } from '@ialp/policy';

/** One step of all sessions, as a policy that divides sessions acted in it. */
interface ActedStep extends Action {
  /** `[sessions]`: 1 where the session belongs to the first policy. */
  readonly firstActs: Uint8Array;
  /** `[sessions]`. */
  readonly turn: Int32Array;
}

/** Who acted in the rows of a rollout, and in which turn of its session. */
export interface ActedRows {
  /** `[steps * sessions]`: 1 where the first policy acted. */
  readonly firstActs: Uint8Array;
  /** `[steps * sessions]`. */
  readonly turn: Int32Array;
}

/** What a policy that divides sessions did in its last steps: as many as a rollout has. */
export class ActedSessions {
  readonly #length: number;
  readonly #steps: ActedStep[] = [];

  /** @param length Steps of a rollout. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Takes the next step of all sessions. The arrays are copied. */
  add(firstActs: Uint8Array, { turn }: Observation, { items, propensity }: Action): void {
    this.#steps.push({
      firstActs: firstActs.slice(),
      turn: turn.slice(),
      items: items.slice(),
      propensity: propensity.slice(),
    });
    if (this.#steps.length > this.#length) this.#steps.shift();
  }

  /**
   * Who acted in a rollout; undefined where it is not what was shown last, as its items and propensities tell.
   * @throws {InvalidOptionError} where a row does not stay with one session until that ends.
   */
  rowsOf(rollout: Rollout): ActedRows | undefined {
    const { steps, sessions, actions, propensity } = rollout;
    if (this.#steps.length !== steps) return undefined;
    const firstActs = new Uint8Array(actions.length);
    const turn = new Int32Array(actions.length);
    for (const [k, step] of this.#steps.entries()) {
      if (step.items.length !== sessions) return undefined;
      for (let session = 0; session < sessions; session++) {
        const row = k * sessions + session;
        if (step.items[session] !== actions[row] || step.propensity[session] !== propensity[row]) return undefined;
        firstActs[row] = step.firstActs[session];
        turn[row] = step.turn[session];
      }
    }
    checkSlots(rollout, turn);
    return { firstActs, turn };
  }
}

/**
 * Sessions that take turns in one row would each be shown what both policies choose. That the row has changed hands, the newest item
 * of a session under way says: it is not what was shown in that row before.
 */
function checkSlots({ sessions, actions, states }: Rollout, turn: Int32Array): void {
  const { historyLength, historyItems } = states;
  for (let row = sessions; row < actions.length; row++) {
    if (turn[row] === 0) continue;
    const newest = historyItems[(row + 1) * historyLength - 1];
    const before = actions[row - sessions];
    if (newest === before) continue;
    throw new InvalidOptionError(
      'rollout',
      `item ${newest} as the newest of a session in step ${Math.floor(row / sessions)}, row ${row % sessions}, which was shown item ${before} before`,
      'one session in each row until it ends, as Environment has them, since sessions are divided between two policies; ' +
        "where they arrive one by one, divide by step (by: 'step'), without a reward floor",
    );
  }
}
