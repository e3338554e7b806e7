import type { Observation, Random } from '@ialp/core';
import type { Action, ActionDistribution, Policy } from '@ialp/policy';
import { checkFunction, checkPolicy, checkSameCatalogue } from '../checks.js';
import { GateError } from '../errors.js';
import type { MixtureAction } from '../experience/recent-actions.js';

/** What is expected of a `WeighStates`, for messages. */
export const WEIGH_EXPECTED = 'a function, such as (observation, weights) => weights.fill(0.5)';

/** Fills `weights` (`[sessions]`) with the first policy's weight in each state. A return value is ignored. */
export type WeighStates = (observation: Observation, weights: Float32Array) => void;

/**
 * A mixture of two policies, `mu(a|s) = w(s) first(a|s) + (1 - w(s)) second(a|s)`. It samples from one of the two and reports the
 * exact propensity of the mixture. A policy whose weight is 0 in all states is not evaluated.
 * @param onAction called with every sampled action. The arrays belong to the policies until their next call.
 * @throws {InvalidOptionError} for policies of different catalogues, or of another version.
 */
export function createMixturePolicy(
  first: Policy,
  second: Policy,
  weigh: WeighStates,
  onAction?: (action: MixtureAction) => void,
): Policy {
  for (const [option, policy] of Object.entries({ first, second })) checkPolicy(option, policy);
  checkSameCatalogue(first, second);
  checkFunction('weigh', weigh, WEIGH_EXPECTED);
  const alone = (
    distribution: ActionDistribution,
    who: 'first' | 'second',
    { turn }: Observation,
  ): ActionDistribution => ({
    propensity: (items) => distribution.propensity(items),
    sample(random) {
      const action = distribution.sample(random);
      onAction?.({ ...action, turn, [who]: action.propensity });
      return action;
    },
  });
  return {
    specificationVersion: 'v1',
    items: first.items,
    distribution(observation) {
      const weights = sharesOf(weigh, observation);
      if (weights.every((weight) => weight === 0))
        return alone(second.distribution(observation), 'second', observation);
      if (weights.every((weight) => weight === 1)) return alone(first.distribution(observation), 'first', observation);

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
          onAction?.({ items, propensity, turn: observation.turn, first: ofOne, second: ofOther });
          return { items, propensity };
        },
      };
    },
  };
}

/**
 * `[sessions]`: the first policy's weight in each state.
 * @throws {GateError} for a weight that is not from 0 to 1, or was not filled in.
 */
export function sharesOf(weigh: WeighStates, observation: Observation): Float32Array {
  // A gate that returns its weights fills nothing in. That must not count as a weight of 0.
  const weights = new Float32Array(observation.sessions).fill(Number.NaN);
  const returned: unknown = weigh(observation, weights);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight <= 1));
  if (wrong === -1) return weights;
  if (!Number.isNaN(weights[wrong])) throw new GateError(wrong, `${weights[wrong]}`);
  const instead =
    returned === undefined || returned === weights ? '' : `; weigh returned ${describe(returned)}, which is ignored`;
  throw new GateError(
    wrong,
    `NaN, or nothing was filled in${instead}. Fill every element of the array passed to weigh: weights.fill(0.5)`,
  );
}

function describe(value: unknown): string {
  if (typeof value === 'number') return `${value}`;
  if (value instanceof Promise) return 'a promise';
  return ArrayBuffer.isView(value) || Array.isArray(value) ? 'another array' : `a ${typeof value}`;
}
