import type { Observation, Random } from '@ialp/core';
import { NothingAllowedError } from '../errors.js';

/** The masks of a batch of states. */
export type Allowances = Pick<Observation, 'sessions' | 'items' | 'mask'>;

/** Whether an item is in the catalogue and allowed in a state. */
export function isAllowed({ mask, items }: Allowances, row: number, item: number): boolean {
  return item >= 0 && item < items && mask[row * items + item] === 1;
}

/** The number of items that a state allows. */
export function countAllowed({ mask, items }: Allowances, row: number): number {
  let count = 0;
  for (let place = row * items; place < (row + 1) * items; place++) count += mask[place];
  return count;
}

/**
 * A uniformly random allowed item of a state.
 * @throws {NothingAllowedError}
 */
export function drawAllowed(states: Allowances, row: number, random: Random): number {
  const { mask, items } = states;
  const count = countAllowed(states, row);
  if (count === 0) throw new NothingAllowedError(row);
  let left = random.integer(count);
  for (let item = 0; ; item++) {
    if (mask[row * items + item] === 1 && left-- === 0) return item;
  }
}

/**
 * The first item of a ranking that a state allows.
 * @throws {NothingAllowedError}
 */
export function firstAllowed(ranking: Int32Array, { mask, items }: Allowances, row: number): number {
  for (const item of ranking) if (mask[row * items + item] === 1) return item;
  throw new NothingAllowedError(row);
}
