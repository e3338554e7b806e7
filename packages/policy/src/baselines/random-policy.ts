import type { Random } from '@ialp/env';
import { ShapeError } from '../errors.js';
import { requireInteger } from '../options.js';
import type { Action, Policy } from '../policy.js';
import { countAllowed, drawAllowed } from './allowed-items.js';

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
          observation.mask[row * items + item] === 1 ? 1 / countAllowed(observation, row) : 0,
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
