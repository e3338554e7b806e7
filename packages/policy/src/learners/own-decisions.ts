import type { Observation, Trajectories } from '@ialp/core';
import { selectStates } from '../experience/states.js';
import type { Network } from '../network.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import type { Action, Policy } from '../policy.js';
import { actingProbabilities } from './sampled-softmax.js';

/** Decisions that are remembered at most; a policy that decides without learning in between makes more. */
const MAX_DECISIONS = 65_536;

/** A slate, or a single item. */
interface Decision {
  /** The history that it was made in. */
  readonly history: Int32Array;
  readonly feedback: Float32Array;
  readonly items: Int32Array;
  readonly propensity: Float32Array;
}

/**
 * The policy of a network, which remembers its decisions until the weights change, so that `pi(a|s)` of the learner's own experience is known
 * without another pass over the catalogue.
 *
 * A row counts as own if this policy chose the same items after the same history in the same turn of the same session, with propensities of the same
 * bits, under the present weights. All others, such as those of a mixture, are evaluated.
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

  /** `[rows * slateSize]`: `pi(a|s)` of each item as this policy acts, given those above. */
  probabilities({ rows, slateSize, states, actions, propensity }: Trajectories): Float32Array {
    this.#forgetOthers();
    const part = <Numbers extends Int32Array | Float32Array>(numbers: Numbers, row: number): Numbers =>
      numbers.subarray(row * slateSize, (row + 1) * slateSize) as Numbers;
    const isOwn = (row: number): boolean => {
      const decision = this.#decisions.get(keyOf(states, row));
      if (decision === undefined || !areSame(decision.history, historyOf(states.historyItems, states, row)))
        return false;
      if (!areSame(decision.feedback, historyOf(states.historyFeedback, states, row))) return false;
      return areSame(decision.items, part(actions, row)) && areSame(decision.propensity, part(propensity, row));
    };
    const others = Array.from({ length: rows }, (_, row) => row).filter((row) => !isOwn(row));
    const result = Float32Array.from(propensity);
    if (others.length === 0) return result;
    const chosen = new Int32Array(others.length * slateSize);
    for (const [place, row] of others.entries()) chosen.set(part(actions, row), place * slateSize);
    const evaluated = actingProbabilities(this.#network, selectStates(states, others), chosen);
    for (const [place, row] of others.entries()) result.set(part(evaluated, place), row * slateSize);
    return result;
  }

  #remember(observation: Observation, { items, propensity }: Action): void {
    this.#forgetOthers();
    if (this.#revision === undefined) return;
    const { rows } = observation;
    if (this.#decisions.size + rows > MAX_DECISIONS) this.#decisions.clear();
    const count = items.length / rows;
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * count, (row + 1) * count];
      this.#decisions.set(keyOf(observation, row), {
        history: historyOf(observation.historyItems, observation, row).slice(),
        feedback: historyOf(observation.historyFeedback, observation, row).slice(),
        items: items.slice(from, to),
        propensity: propensity.slice(from, to),
      });
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

/**
 * Decisions of a network's policy, for a learner whose training step does not compute the probabilities with which that acts: with a sampled softmax,
 * or where the policy acts by a shortlist; otherwise undefined.
 */
export function ownDecisionsOf(network: Network, sampledSoftmax: number | undefined): OwnDecisions | undefined {
  return sampledSoftmax === undefined && network.shortlist === undefined ? undefined : new OwnDecisions(network);
}

function areSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let place = 0; place < a.length; place++) if (a[place] !== b[place]) return false;
  return true;
}

function historyOf<Numbers extends Int32Array | Float32Array>(
  numbers: Numbers,
  { historyLength }: Pick<Observation, 'historyLength'>,
  row: number,
): Numbers {
  return numbers.subarray(row * historyLength, (row + 1) * historyLength) as Numbers;
}

function keyOf({ session, turn }: Pick<Observation, 'session' | 'turn'>, row: number): string {
  return `${session[row]}/${turn[row]}`;
}
