import { checkInteger } from '@ialp/core';
import { checkStates } from '../checks/states.js';
import type { Policy } from '../policy.js';
import { countOpen, drawOpen, firstAllowed, isOpen } from './allowed-items.js';
import { slateDistribution } from './slate-distribution.js';

/**
 * Samples uniformly from the allowed items of each state. It prefers none: `top` lists them in catalogue order.
 * @throws {InvalidOptionError} for an empty catalogue.
 */
export function createRandomPolicy(items: number): Policy {
  checkInteger('items', items, 1);
  const inOrder = Int32Array.from({ length: items }, (_, item) => item);
  return {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      return slateDistribution(observation, {
        uses: ['integer'],
        draw: (row, taken, random) => drawOpen(observation, row, taken, random),
        probability: (row, taken, item) =>
          isOpen(observation, row, item, taken) ? 1 / countOpen(observation, row, taken) : 0,
        rank: (row, count) => firstAllowed(inOrder, observation, row, count),
      });
    },
  };
}
