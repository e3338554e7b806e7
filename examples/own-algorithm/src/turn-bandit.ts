import type { Learner, LearningReport, Policy, Rollout } from '@ialp/policy';

/** Turns of a session with separate statistics; later turns share those of the last one. */
const TURNS = 20;

/**
 * An algorithm written from scratch, which imports only types: for each turn of a session, a softmax over the items' mean feedback
 * at that turn, with optimistic initial values. It is not personalised, but learns which items suit which turn.
 *
 * The means need no importance weights: an item's feedback does not depend on the policy that showed it, so it learns from any
 * policy's experience.
 */
export class TurnBandit implements Learner {
  readonly specificationVersion = 'v1';
  readonly policy: Policy;
  readonly rolloutLength = 5;
  readonly #items: number;
  readonly #temperature: number;
  readonly #sum: Float64Array;
  readonly #count: Float64Array;

  constructor(items: number, temperature = 0.05) {
    this.#items = items;
    this.#temperature = temperature;
    // Optimistic prior: each item was shown twice at every turn, and liked once.
    this.#sum = new Float64Array(TURNS * items).fill(1);
    this.#count = new Float64Array(TURNS * items).fill(2);
    this.policy = {
      specificationVersion: 'v1',
      items,
      distribution: ({ sessions, items: found, mask, turn }) => {
        if (found !== items) throw new RangeError(`items: expected ${items}; found ${found}.`);
        const rows = Array.from({ length: sessions }, (_, row) =>
          this.#probabilities(Math.min(turn[row], TURNS - 1), mask.subarray(row * items, (row + 1) * items)),
        );
        const propensity = (chosen: Int32Array): Float32Array =>
          Float32Array.from(chosen, (item, row) => rows[row][item]);
        return {
          propensity,
          sample(random) {
            const chosen = Int32Array.from(rows, (row) => draw(row, random.uniform()));
            return { items: chosen, propensity: propensity(chosen) };
          },
        };
      },
    };
  }

  learn({ states, actions, reward }: Rollout): LearningReport {
    const wrong = reward.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1) throw new RangeError(`reward[${wrong}]: expected a number; found ${reward[wrong]}.`);
    for (let row = 0; row < actions.length; row++) {
      // A rollout has no turns. The turn is the number of interactions in the history, up to its length.
      const history = states.historyItems.subarray(row * states.historyLength, (row + 1) * states.historyLength);
      const turn = history.reduce((sum, item) => sum + (item >= 0 ? 1 : 0), 0);
      const last = turn < states.historyLength ? turn + 1 : TURNS;
      for (let at = turn; at < last; at++) {
        const place = Math.min(at, TURNS - 1) * this.#items + actions[row];
        this.#sum[place] += reward[row];
        this.#count[place]++;
      }
    }
    return { meanReward: reward.reduce((sum, value) => sum + value, 0) / reward.length };
  }

  #probabilities(turn: number, mask: Uint8Array): Float32Array {
    const start = turn * this.#items;
    const weight = Float32Array.from(mask, (allowed, item) =>
      allowed === 1 ? Math.exp((this.#sum[start + item] / this.#count[start + item] - 1) / this.#temperature) : 0,
    );
    const total = weight.reduce((sum, value) => sum + value, 0);
    if (total === 0) throw new RangeError('A state allows no item.');
    return weight.map((value) => value / total);
  }
}

function draw(probabilities: Float32Array, uniform: number): number {
  let left = uniform;
  let last = -1;
  for (const [item, probability] of probabilities.entries()) {
    if (probability === 0) continue;
    last = item;
    left -= probability;
    if (left < 0) return item;
  }
  return last;
}
