import {
  type Allowances,
  countAllowed,
  described,
  InvalidOptionError,
  isAllowed,
  type Random,
  writeMask,
} from '@ialp/core';
import { NothingAllowedError } from '../errors.js';

/** Items of a slate above a position. */
export type Taken = ArrayLike<number>;

/** An empty slate. */
export const NOTHING_TAKEN: Taken = [];

/** Whether a row allows an item that is not in its slate. */
export function isOpen(states: Allowances, row: number, item: number, taken: Taken): boolean {
  return isAllowed(states, row, item) && !includes(taken, item);
}

/**
 * The number of items that a row allows and that are not in its slate.
 * @throws {NothingAllowedError} if no item is left.
 */
export function countOpen(states: Allowances, row: number, taken: Taken): number {
  const count = countAllowed(states, row) - taken.length;
  if (count < 1) throw new NothingAllowedError(row, 1 + taken.length);
  return count;
}

/** Dense masks by number of items, overwritten by each use. */
const scratch = new Map<number, Uint8Array>();

function scratchMask(items: number): Uint8Array {
  let mask = scratch.get(items);
  if (mask === undefined) {
    scratch.clear();
    mask = new Uint8Array(items);
    scratch.set(items, mask);
  }
  return mask;
}

/**
 * A uniformly random item that a row allows and that is not in its slate.
 * @throws {NothingAllowedError}
 */
export function drawOpen(states: Allowances, row: number, taken: Taken, random: Random): number {
  const count = countOpen(states, row, taken);
  const mask = scratchMask(states.items);
  writeMask(states, row, mask);
  for (let place = 0; place < taken.length; place++) mask[taken[place]] = 0;
  let left = random.integer(count);
  for (let item = 0; item < mask.length; item++) if (mask[item] === 1 && left-- === 0) return item;
  // Availability is counted once for each array.
  const found = described('an array that was modified after it was used');
  throw new InvalidOptionError('available', found, 'a new array for each change of the catalogue: available.slice()');
}

/**
 * The first items of a ranking that a row allows, at most `count`.
 * @param ranking items, best first.
 */
export function firstAllowed(ranking: Int32Array, states: Allowances, row: number, count: number): number[] {
  const first: number[] = [];
  for (const item of ranking) {
    if (first.length === count) break;
    if (isAllowed(states, row, item)) first.push(item);
  }
  return first;
}

/** A ranking of at least `count` items, if the row allows as many: the given one, then other allowed items in catalogue order. */
export function withOthers(ranking: readonly number[], states: Allowances, row: number, count: number): number[] {
  const known = new Set(ranking);
  const all = [...ranking];
  for (let item = 0; item < states.items && all.length < count; item++) {
    if (!known.has(item) && isAllowed(states, row, item)) all.push(item);
  }
  return all;
}

/** Whether a list has an item. */
export function includes(list: ArrayLike<number>, item: number): boolean {
  for (let place = 0; place < list.length; place++) if (list[place] === item) return true;
  return false;
}
