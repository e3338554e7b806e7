import type { Observation, Random } from '@ialp/env';
import { NothingAllowedError, ShapeError } from '../errors.js';
import { requireInteger } from '../options.js';
import type { Action, Policy } from '../policy.js';

/**
 * Shows any allowed item, each as likely as the others.
 * @throws {InvalidOptionError} for a catalogue of no items.
 */
export function createRandomPolicy(items: number): Policy {
  requireInteger('items', items, 1);
  return {
    items,
    distribution(observation) {
      if (observation.items !== items) throw new ShapeError('items of the observation', observation.items, items);
      const propensity = (chosen: Int32Array): Float32Array =>
        Float32Array.from(chosen, (item, row) =>
          observation.mask[row * items + item] === 1 ? 1 / allowedItems(observation, row) : 0,
        );
      return {
        propensity,
        sample(random: Random): Action {
          const chosen = Int32Array.from({ length: observation.sessions }, (_, row) =>
            drawAllowed(observation, row, random),
          );
          return { items: chosen, propensity: propensity(chosen) };
        },
      };
    },
  };
}

function allowedItems({ mask, items }: Observation, row: number): number {
  let count = 0;
  for (let place = row * items; place < (row + 1) * items; place++) count += mask[place];
  return count;
}

function drawAllowed(observation: Observation, row: number, random: Random): number {
  const { mask, items } = observation;
  const count = allowedItems(observation, row);
  if (count === 0) throw new NothingAllowedError(row);
  let left = random.integer(count);
  for (let item = 0; ; item++) {
    if (mask[row * items + item] === 1 && left-- === 0) return item;
  }
}
