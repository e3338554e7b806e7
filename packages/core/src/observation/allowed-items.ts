import { InvalidOptionError } from '../errors/invalid-option-error.js';
import type { Observation } from './observation.js';

/** What may be shown in each row. */
export type Allowances = Pick<Observation, 'rows' | 'items' | 'available' | 'exclusions'>;

/** Whether an item is in the catalogue, available, and not excluded in a row. */
export function isAllowed({ items, available, exclusions }: Allowances, row: number, item: number): boolean {
  if (!(item >= 0 && item < items) || available[item] !== 1) return false;
  const { offset, count, items: excluded } = exclusions;
  const end = offset[row] + count[row];
  for (let place = offset[row]; place < end; place++) if (excluded[place] === item) return false;
  return true;
}

/**
 * Writes the allowed items of a row to `mask`: 1 for an item that may be shown, otherwise 0.
 * @param mask `[items]`; overwritten.
 */
export function writeMask({ available, exclusions }: Allowances, row: number, mask: Uint8Array): void {
  mask.set(available);
  const { offset, count, items: excluded } = exclusions;
  const end = offset[row] + count[row];
  // An index that is not an item is ignored: typed arrays drop writes beyond their ends.
  for (let place = offset[row]; place < end; place++) mask[excluded[place]] = 0;
}

/** The number of items that a row allows. */
export function countAllowed({ items, available, exclusions }: Allowances, row: number): number {
  const { offset, count, items: excluded } = exclusions;
  let allowed = countAvailable(available);
  const end = offset[row] + count[row];
  for (let place = offset[row]; place < end; place++) {
    const item = excluded[place];
    if (item >= 0 && item < items && available[item] === 1) allowed--;
  }
  return allowed;
}

/** Numbers of available items. Availability is never modified, so each array is counted once. */
const counted = new WeakMap<Uint8Array, number>();

/** The number of available items. @throws {InvalidOptionError} for values other than 0 and 1. */
export function countAvailable(available: Uint8Array): number {
  let count = counted.get(available);
  if (count === undefined) {
    count = 0;
    for (let item = 0; item < available.length; item++) {
      if (available[item] > 1) throw new InvalidOptionError(`available[${item}]`, available[item], '0 or 1');
      count += available[item];
    }
    counted.set(available, count);
  }
  return count;
}
