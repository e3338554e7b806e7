import type { Observation, Trajectories } from '@ialp/core';
import { selectStates } from '../experience/states.js';
import type { Network } from '../network.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import type { Action, Policy } from '../policy.js';
import { actingProbabilities } from './sampled-softmax.js';

/** Decisions that are remembered at most; a policy that decides without learning in between makes more. */
const MAX_DECISIONS = 65_536;

interface Decision {
  readonly item: number;
  readonly propensity: number;
}

/**
 * The policy of a network, which remembers its decisions until the weights change, so that `pi(a|s)` of the learner's own experience is known
 * without another pass over the catalogue.
 *
 * A row counts as own if this policy chose the same item in the same turn of the same session, with a propensity of the same bits, under the
 * present weights. All others, such as those of a mixture, are evaluated.
 */
export class OwnDecisions {
  readonly policy: Policy;
  readonly #network: Network;
  readonly #decisions = new Map<string, Decision>();
  #revision: number | undefined;

  constructor(network: Network) {
    this.#network = network;
    const plain = createNetworkPolicy(network);
    const distribution: Policy['distribution'] = (observation) => {
      const made = plain.distribution(observation);
      return {
        propensity: (items) => made.propensity(items),
        top: (count) => made.top(count),
        sample: (random, options) => {
          const action = made.sample(random, options);
          this.#remember(observation, action);
          return action;
        },
      };
    };
    this.policy = { ...plain, distribution };
  }

  /** `[rows]`: `pi(a|s)` over the whole catalogue, of trajectories of single items. */
  probabilities({ states, actions, propensity }: Trajectories): Float32Array {
    this.#forgetOthers();
    const isOwn = (item: number, row: number): boolean => {
      const decision = this.#decisions.get(keyOf(states, row));
      return decision?.item === item && decision.propensity === propensity[row];
    };
    const others = [...actions.keys()].filter((row) => !isOwn(actions[row], row));
    const result = Float32Array.from(propensity);
    if (others.length === 0) return result;
    const chosen = Int32Array.from(others, (row) => actions[row]);
    const evaluated = actingProbabilities(this.#network, selectStates(states, others), chosen);
    for (const [place, row] of others.entries()) result[row] = evaluated[place];
    return result;
  }

  #remember(observation: Observation, { items, propensity }: Action): void {
    this.#forgetOthers();
    if (this.#revision === undefined || items.length !== observation.rows) return;
    if (this.#decisions.size + observation.rows > MAX_DECISIONS) this.#decisions.clear();
    for (let row = 0; row < observation.rows; row++) {
      this.#decisions.set(keyOf(observation, row), { item: items[row], propensity: propensity[row] });
    }
  }

  /** Forgets decisions of other weights than the present ones. */
  #forgetOthers(): void {
    const { revision } = this.#network;
    if (revision === this.#revision) return;
    this.#decisions.clear();
    this.#revision = revision;
  }
}

function keyOf({ session, turn }: Pick<Observation, 'session' | 'turn'>, row: number): string {
  return `${session[row]}/${turn[row]}`;
}
