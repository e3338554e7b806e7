import { InvalidOptionError } from '../errors.js';
import type { States } from '../network.js';

/**
 * Throws unless every action is an item that its state's mask allows. Another would be written outside its row of the
 * kernels' memory, or would teach the network what it may never show.
 */
export function requireAllowed(actions: Int32Array, { sessions, items, mask }: States): void {
  for (let row = 0; row < sessions; row++) {
    const item = actions[row];
    if (!(item >= 0 && item < items)) {
      throw new InvalidOptionError(`actions[${row}]`, item, `an item from 0 to ${items - 1}`);
    }
    if (mask[row * items + item] === 0) {
      throw new InvalidOptionError(`actions[${row}]`, item, 'an item that the mask allows');
    }
  }
}
