import type { Observation } from '@ialp/core';
import { checkRandom } from '../checks/arguments.js';
import { checkChosen } from '../checks/states.js';
import { NothingAllowedError } from '../errors.js';
import type { ActionDistribution } from '../policy.js';
import { countAllowed, drawAllowed, isAllowed } from './allowed-items.js';

/**
 * The greedy item with probability `1 - epsilon`, else a uniformly random allowed item (Sutton and Barto 2018, section 2.2). With
 * `n` allowed items the greedy one has the propensity `1 - epsilon + epsilon / n`, the others `epsilon / n`.
 *
 * @param best `[sessions]`: the greedy item of each state, which its mask allows. It is read when an item is sampled.
 * @param epsilon from 0 to 1.
 * @throws {NothingAllowedError} for a state that allows no item.
 */
export function epsilonGreedyDistribution(
  observation: Pick<Observation, 'sessions' | 'items' | 'mask'>,
  best: Int32Array,
  epsilon: number,
): ActionDistribution {
  const { sessions } = observation;
  const share = Float64Array.from({ length: sessions }, (_, row) => {
    const allowed = countAllowed(observation, row);
    if (allowed === 0) throw new NothingAllowedError(row);
    return epsilon / allowed;
  });
  const propensity = (chosen: Int32Array): Float32Array => {
    checkChosen(chosen, observation);
    return Float32Array.from(chosen, (item, row) => {
      if (!isAllowed(observation, row, item)) return 0;
      return item === best[row] ? 1 - epsilon + share[row] : share[row];
    });
  };
  return {
    propensity,
    sample(random) {
      checkRandom(random);
      const chosen = Int32Array.from({ length: sessions }, (_, row) =>
        random.uniform() < epsilon ? drawAllowed(observation, row, random) : best[row],
      );
      return { items: chosen, propensity: propensity(chosen) };
    },
  };
}
