import { described, InvalidOptionError, type Observation } from '@ialp/core';
import type { Action, Rollout } from '@ialp/policy';

/** One step of all sessions, by a policy that assigns sessions to two policies. */
interface AttributedStep extends Action {
  /** `[sessions]`: 1 where the first policy serves the session. */
  readonly firstActs: Uint8Array;
  /** `[sessions]`. */
  readonly turn: Int32Array;
}

/** Which policy acted in each row of a rollout, and in which turn of its session. */
export interface AttributedRows {
  /** `[steps * sessions]`: 1 where the first policy acted. */
  readonly firstActs: Uint8Array;
  /** `[steps * sessions]`. */
  readonly turn: Int32Array;
}

/** Records the last steps of a policy that assigns sessions to two policies, to attribute a rollout's rows to them. */
export class SessionAttribution {
  readonly #length: number;
  readonly #steps: AttributedStep[] = [];

  /** @param length steps of a rollout. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Records the next step of all sessions. The arrays are copied. */
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
   * Attributes the rows of a rollout. Undefined if its items and propensities are not those of the recorded steps.
   * @throws {InvalidOptionError} if a slot does not stay with one session until it ends.
   */
  attribute(rollout: Rollout): AttributedRows | undefined {
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
    checkSessionSlots(rollout, turn);
    return { firstActs, turn };
  }
}

/**
 * Throws if sessions take turns in one slot, as each would then be served by both policies. The slot holds another session if the
 * newest item of its history is not the item shown in that slot before.
 * @throws {InvalidOptionError}
 */
function checkSessionSlots({ sessions, actions, states }: Rollout, turn: Int32Array): void {
  const { historyLength, historyItems } = states;
  for (let row = sessions; row < actions.length; row++) {
    if (turn[row] === 0) continue;
    const newest = historyItems[(row + 1) * historyLength - 1];
    const before = actions[row - sessions];
    if (newest === before) continue;
    throw new InvalidOptionError(
      'rollout',
      described(
        `item ${newest} as the newest of a session in step ${Math.floor(row / sessions)}, row ${row % sessions}, which was shown item ${before} before`,
      ),
      'one session in each row until it ends, as Environment has them, since sessions are divided between two policies; ' +
        "where they arrive one by one, divide by step (by: 'step'), without a reward floor",
    );
  }
}
