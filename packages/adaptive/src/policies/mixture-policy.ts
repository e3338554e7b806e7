import { CHOSEN_BY, type Observation, type Random } from '@ialp/core';
import type { Action, ActionDistribution, Policy, Ranking, SampleOptions } from '@ialp/policy';
import { checkFunction, checkPolicy, checkSameCatalogue } from '../checks.js';
import { GateError } from '../errors.js';
import { combineSessions } from '../experience/combined-sessions.js';
import { mixedPropensity } from '../experience/slate-propensity.js';
import { mixedTop } from './mixed-top.js';

/** What is expected of a `WeighStates`, for messages. */
export const WEIGH_EXPECTED = 'a function, such as (observation, weights) => weights.fill(0.5)';

/** Fills `weights` (`[rows]`) with the first policy's weight in each state. A return value is ignored. */
export type WeighStates = (observation: Observation, weights: Float32Array) => void;

/**
 * A mixture of two policies, `mu(a|s) = w(s) first(a|s) + (1 - w(s)) second(a|s)`. It samples from one of the two and reports the
 * exact propensity of the mixture; a slate is sampled as a whole from one of them. Actions say which one chose (the first is the
 * pre-trained policy), and with which propensity each would have. A policy whose weight is 0 in all states is not evaluated.
 * @throws {InvalidOptionError} for policies of different catalogues, or of another version.
 */
export function createMixturePolicy(first: Policy, second: Policy, weigh: WeighStates): Policy {
  for (const [option, policy] of Object.entries({ first, second })) checkPolicy(option, policy);
  checkSameCatalogue(first, second);
  checkFunction('weigh', weigh, WEIGH_EXPECTED);
  const sessions = combineSessions({ first, second });
  return {
    specificationVersion: 'v2',
    items: first.items,
    ...(sessions && { sessions }),
    distribution(observation) {
      const weights = sharesOf(weigh, observation);
      if (weights.every((weight) => weight === 0)) return alone(second.distribution(observation), CHOSEN_BY.online);
      if (weights.every((weight) => weight === 1)) return alone(first.distribution(observation), CHOSEN_BY.pretrained);
      return mixed(first.distribution(observation), second.distribution(observation), weights, first.items);
    },
  };
}

/** The distribution of a policy that chooses alone in all states. */
function alone(distribution: ActionDistribution, who: number): ActionDistribution {
  return {
    propensity: (items) => distribution.propensity(items),
    top: (count) => distribution.top(count),
    sample(random, options) {
      const { items, propensity } = distribution.sample(random, options);
      const unknown = new Float32Array(propensity.length).fill(Number.NaN);
      const [pretrained, online] = who === CHOSEN_BY.pretrained ? [propensity, unknown] : [unknown, propensity];
      const chosenBy = new Uint8Array(propensity.length / (options?.count ?? 1)).fill(who);
      return { items, propensity, attribution: { chosenBy, pretrained, online } };
    },
  };
}

function mixed(
  one: ActionDistribution,
  other: ActionDistribution,
  weights: Float32Array,
  items: number,
): ActionDistribution {
  return {
    propensity: (items) => mixedPropensity(weights, one.propensity(items), other.propensity(items)),
    top: (count): Ranking => mixedTop(one, other, weights, count, items),
    sample(random: Random, options?: SampleOptions): Action {
      // Copied, as both may be samples of one policy, which uses its arrays again.
      const ofOne = copied(one.sample(random, options));
      const ofOther = copied(other.sample(random, options));
      const count = ofOne.items.length / weights.length;
      const chosenBy = Uint8Array.from(weights, (weight) =>
        random.uniform() < weight ? CHOSEN_BY.pretrained : CHOSEN_BY.online,
      );
      const chosen = ofOther.items.map((item, place) =>
        chosenBy[Math.floor(place / count)] === CHOSEN_BY.pretrained ? ofOne.items[place] : item,
      );
      // A policy that chose in all states, such as in a single one, has reported its propensities.
      const own = (who: number, sampled: Action, distribution: ActionDistribution): Float32Array =>
        chosenBy.every((chose) => chose === who) ? sampled.propensity : distribution.propensity(chosen);
      const pretrained = own(CHOSEN_BY.pretrained, ofOne, one);
      const online = own(CHOSEN_BY.online, ofOther, other);
      return {
        items: chosen,
        propensity: mixedPropensity(weights, pretrained, online),
        attribution: { chosenBy, pretrained, online },
      };
    },
  };
}

function copied({ items, propensity }: Action): Action {
  return { items: items.slice(), propensity: propensity.slice() };
}

/**
 * `[rows]`: the first policy's weight in each state.
 * @throws {GateError} for a weight that is not from 0 to 1, or was not filled in.
 */
export function sharesOf(weigh: WeighStates, observation: Observation): Float32Array {
  // A gate that returns its weights fills nothing in. That must not count as a weight of 0.
  const weights = new Float32Array(observation.rows).fill(Number.NaN);
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
