import { type Learner, type LearningReport, type Policy, type Trajectories, weightedDistribution } from '@ialp/policy';

/** Turns of a session with separate statistics; later turns share those of the last one. */
const TURNS = 20;

/**
 * An algorithm written from scratch: for each turn of a session, a softmax over the items' mean feedback
 * at that turn, with optimistic initial values. Of a slate, the chosen item gets the feedback, and the others 0. It is not personalised, but learns which items suit which turn.
 *
 * The means need no importance weights: an item's feedback does not depend on the policy that showed it, so it learns from any
 * policy's experience.
 */
export class TurnBandit implements Learner {
  readonly specificationVersion = 'v2';
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
      specificationVersion: 'v2',
      items,
      distribution: (observation) =>
        weightedDistribution(observation, (row) => this.#weights(Math.min(observation.turn[row], TURNS - 1))),
    };
  }

  learn({ states, actions, slateSize, choice, reward }: Trajectories): LearningReport {
    const wrong = reward.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1) throw new RangeError(`reward[${wrong}]: expected a number; found ${reward[wrong]}.`);
    for (const [k, item] of actions.entries()) {
      const row = Math.floor(k / slateSize);
      const index = Math.min(states.turn[row], TURNS - 1) * this.#items + item;
      // The reward of a slate is the feedback to the item that the user chose.
      if (choice === undefined || choice[row] === k % slateSize) this.#sum[index] += reward[row];
      this.#count[index]++;
    }
    return { meanReward: reward.reduce((sum, value) => sum + value, 0) / reward.length };
  }

  #weights(turn: number): Float32Array {
    const start = turn * this.#items;
    return Float32Array.from({ length: this.#items }, (_, item) =>
      Math.exp((this.#sum[start + item] / this.#count[start + item] - 1) / this.#temperature),
    );
  }
}
