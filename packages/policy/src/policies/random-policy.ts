import { checkInteger, type Random } from '@ialp/core';
import { checkRandom } from '../checks/arguments.js';
import { checkChosen, checkStates } from '../checks/states.js';
import type { Action, Policy } from '../policy.js';
import { countAllowed, drawAllowed, isAllowed } from './allowed-items.js';

/**
 * Samples uniformly from the allowed items of each state.
 * @throws {InvalidOptionError} for an empty catalogue.
 */
export function createRandomPolicy(items: number): Policy {
  checkInteger('items', items, 1);
  return {
    specificationVersion: 'v1',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      const propensity = (chosen: Int32Array): Float32Array => {
        checkChosen(chosen, observation);
        return Float32Array.from(chosen, (item, row) =>
          isAllowed(observation, row, item) ? 1 / countAllowed(observation, row) : 0,
        );
      };
      return {
        propensity,
        sample(random: Random): Action {
          checkRandom(random, 'random', ['integer']);
          const chosen = Int32Array.from({ length: observation.sessions }, (_, row) =>
            drawAllowed(observation, row, random),
          );
          return { items: chosen, propensity: propensity(chosen) };
        },
      };
    },
  };
}
