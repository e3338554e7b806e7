import type { Observation, Random } from '@ialp/env';
import type { Action, ActionDistribution, Policy } from '@ialp/policy';
import type { MixtureAction } from './acted-steps.js';
import { GateError, InvalidOptionError } from './errors.js';

/** Fills `weights` (`[sessions]`) with the first policy's share in each state. */
export type WeighStates = (observation: Observation, weights: Float32Array) => void;

/**
 * A mixture of two policies, `mu(a|s) = w(s) first(a|s) + (1 - w(s)) second(a|s)`. It draws from one of the two and
 * reports the propensity of the mixture, which is exact whichever was drawn from. A policy whose share is 0 everywhere
 * is not asked.
 * @param onAction Told of all that is drawn. The arrays belong to the policies until their next call.
 * @throws {InvalidOptionError} where the policies are for different catalogues.
 */
export function createMixturePolicy(
  first: Policy,
  second: Policy,
  weigh: WeighStates,
  onAction?: (action: MixtureAction) => void,
): Policy {
  if (first.items !== second.items) {
    throw new InvalidOptionError('policies', `${first.items} and ${second.items} items`, 'policies for one catalogue');
  }
  const alone = (distribution: ActionDistribution, who: 'first' | 'second'): ActionDistribution => ({
    propensity: (items) => distribution.propensity(items),
    sample(random) {
      const action = distribution.sample(random);
      onAction?.({ ...action, [who]: action.propensity });
      return action;
    },
  });
  return {
    items: first.items,
    distribution(observation) {
      const weights = new Float32Array(observation.sessions);
      weigh(observation, weights);
      requireShares(weights);
      if (weights.every((weight) => weight === 0)) return alone(second.distribution(observation), 'second');
      if (weights.every((weight) => weight === 1)) return alone(first.distribution(observation), 'first');

      const [one, other] = [first.distribution(observation), second.distribution(observation)];
      const mixed = (ofOne: Float32Array, ofOther: Float32Array): Float32Array =>
        weights.map((weight, row) => weight * ofOne[row] + (1 - weight) * ofOther[row]);
      return {
        propensity: (items) => mixed(one.propensity(items), other.propensity(items)),
        sample(random: Random): Action {
          const [fromOne, fromOther] = [one.sample(random).items, other.sample(random).items];
          const items = fromOther.map((item, row) => (random.uniform() < weights[row] ? fromOne[row] : item));
          const [ofOne, ofOther] = [one.propensity(items), other.propensity(items)];
          const propensity = mixed(ofOne, ofOther);
          onAction?.({ items, propensity, first: ofOne, second: ofOther });
          return { items, propensity };
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
