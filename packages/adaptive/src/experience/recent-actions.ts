import type { Action, Rollout } from '@ialp/policy';
import type { Propensities } from '../gate.js';

/** An action of a mixture, with each policy's own probability of it. Absent for a policy of weight 0, which is not evaluated. */
export interface MixtureAction extends Action {
  /** `[sessions]`: of the first policy. */
  readonly first?: Float32Array;
  /** `[sessions]`: of the second policy. */
  readonly second?: Float32Array;
  /** `[sessions]`: the turn of each session. */
  readonly turn: Int32Array;
}

/** Recorded data of a rollout's rows, `[steps * sessions]` each. */
export interface RecalledRollout extends Partial<Propensities> {
  readonly turn?: Int32Array | undefined;
}

/** Records the last actions of a mixture, so that its policies need not be evaluated again over the whole catalogue. */
export class RecentActions {
  readonly #length: number;
  readonly #steps: MixtureAction[] = [];

  /** @param length steps to record: those of a rollout. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Records the next step of all sessions. The arrays are copied. */
  add({ items, propensity, turn, first, second }: MixtureAction): void {
    this.#steps.push({
      ...{ items: items.slice(), propensity: propensity.slice(), turn: turn.slice() },
      ...(first && { first: first.slice() }),
      ...(second && { second: second.slice() }),
    });
    if (this.#steps.length > this.#length) this.#steps.shift();
  }

  /**
   * The recorded data of a rollout; empty if its items and propensities are not those of the recorded steps.
   */
  recall({ steps, sessions, actions, propensity }: Rollout): RecalledRollout {
    const isOwn =
      this.#steps.length === steps &&
      this.#steps.every((step, k) => {
        const [from, to] = [k * sessions, (k + 1) * sessions];
        return (
          areEqual(step.items, actions.subarray(from, to)) && areEqual(step.propensity, propensity.subarray(from, to))
        );
      });
    if (!isOwn) return {};
    const pretrained = concatenated(this.#steps.map(({ first }) => first));
    const online = concatenated(this.#steps.map(({ second }) => second));
    const turn = new Int32Array(actions.length);
    for (const [k, step] of this.#steps.entries()) turn.set(step.turn, k * sessions);
    return { turn, ...(pretrained && { pretrained }), ...(online && { online }) };
  }
}

function areEqual(one: Int32Array | Float32Array, other: Int32Array | Float32Array): boolean {
  return one.length === other.length && one.every((value, row) => value === other[row]);
}

/** Concatenates the parts; undefined if one is missing. */
function concatenated(parts: readonly (Float32Array | undefined)[]): Float32Array | undefined {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let place = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
