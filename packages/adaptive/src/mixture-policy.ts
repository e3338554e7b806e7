import type { Observation, Random } from '@ialp/env';
import type { Action, Policy } from '@ialp/policy';
import { GateError, InvalidOptionError } from './errors.js';

/** Fills `weights` (`[sessions]`) with the first policy's share in each state. */
export type WeighStates = (observation: Observation, weights: Float32Array) => void;

/**
 * A mixture of two policies, `mu(a|s) = w(s) first(a|s) + (1 - w(s)) second(a|s)`. It draws from one of the two and
 * reports the propensity of the mixture, which is exact whichever was drawn from. A policy whose share is 0 everywhere
 * is not asked.
 * @throws {InvalidOptionError} where the policies are for different catalogues.
 */
export function createMixturePolicy(first: Policy, second: Policy, weigh: WeighStates): Policy {
  if (first.items !== second.items) {
    throw new InvalidOptionError('policies', `${first.items} and ${second.items} items`, 'policies for one catalogue');
  }
  return {
    items: first.items,
    distribution(observation) {
      const weights = new Float32Array(observation.sessions);
      weigh(observation, weights);
      requireShares(weights);
      if (weights.every((weight) => weight === 0)) return second.distribution(observation);
      if (weights.every((weight) => weight === 1)) return first.distribution(observation);

      const [one, other] = [first.distribution(observation), second.distribution(observation)];
      const propensity = (items: Int32Array): Float32Array => {
        const [ofOne, ofOther] = [one.propensity(items), other.propensity(items)];
        return weights.map((weight, row) => weight * ofOne[row] + (1 - weight) * ofOther[row]);
      };
      return {
        propensity,
        sample(random: Random): Action {
          const [fromOne, fromOther] = [one.sample(random).items, other.sample(random).items];
          const items = fromOther.map((item, row) => (random.uniform() < weights[row] ? fromOne[row] : item));
          return { items, propensity: propensity(items) };
        },
      };
    },
  };
}

/** @throws {GateError} for a weight that is no share. */
export function requireShares(weights: Float32Array): void {
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight <= 1));
  if (wrong !== -1) throw new GateError(wrong, weights[wrong]);
}
