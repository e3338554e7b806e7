import type { Action, Rollout } from '@ialp/policy';
import type { Propensities } from '../gate.js';

/** What a mixture has shown, and how likely either policy alone was to show it. A policy without a share was not asked. */
export interface MixtureAction extends Action {
  /** `[sessions]`, of the first policy. */
  readonly first?: Float32Array;
  /** `[sessions]`, of the second. */
  readonly second?: Float32Array;
  /** `[sessions]`: the turn of each session. */
  readonly turn: Int32Array;
}

/** What is known of a rollout's rows, `[steps * sessions]` each. */
export interface KnownOfRollout extends Partial<Propensities> {
  readonly turn?: Int32Array | undefined;
}

/** What a mixture showed in its last steps: to look at a whole catalogue again would tell no more, and takes long. */
export class ActedSteps {
  readonly #length: number;
  readonly #steps: MixtureAction[] = [];

  /** @param length Steps that it remembers: those of a rollout. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Takes the next step of all sessions. The arrays are copied. */
  add({ items, propensity, turn, first, second }: MixtureAction): void {
    this.#steps.push({
      ...{ items: items.slice(), propensity: propensity.slice(), turn: turn.slice() },
      ...(first && { first: first.slice() }),
      ...(second && { second: second.slice() }),
    });
    if (this.#steps.length > this.#length) this.#steps.shift();
  }

  /**
   * What is known of a rollout: nothing where it is not what was shown last, as its items and the mixture's propensities say.
   */
  knownOf({ steps, sessions, actions, propensity }: Rollout): KnownOfRollout {
    const isOwn =
      this.#steps.length === steps &&
      this.#steps.every((step, k) => {
        const [from, to] = [k * sessions, (k + 1) * sessions];
        return (
          areEqual(step.items, actions.subarray(from, to)) && areEqual(step.propensity, propensity.subarray(from, to))
        );
      });
    if (!isOwn) return {};
    const pretrained = joined(this.#steps.map(({ first }) => first));
    const online = joined(this.#steps.map(({ second }) => second));
    const turn = new Int32Array(actions.length);
    for (const [k, step] of this.#steps.entries()) turn.set(step.turn, k * sessions);
    return { turn, ...(pretrained && { pretrained }), ...(online && { online }) };
  }
}

function areEqual(one: Int32Array | Float32Array, other: Int32Array | Float32Array): boolean {
  return one.length === other.length && one.every((value, row) => value === other[row]);
}

/** All parts as one, unless one is missing. */
function joined(parts: readonly (Float32Array | undefined)[]): Float32Array | undefined {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let place = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
