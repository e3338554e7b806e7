import type { States } from '../../network.js';

/** Next states in each of which an actor can be evaluated. */
export interface ActableStates {
  /** The states; a state that allows no item, or of a terminated session, allows the first item. */
  readonly states: States;
  /** `[rows]`: 1 if the session continues and an item is allowed; else 0, and the next state's value is 0. */
  readonly isOpen: Uint8Array;
}

/** Prepares next states for an actor, which has no probabilities in a state that allows no item. */
export function actableStates(next: States, terminated: Uint8Array): ActableStates {
  const { items } = next;
  const mask = next.mask.slice();
  const isOpen = terminated.map((left, row) =>
    left === 0 && mask.subarray(row * items, (row + 1) * items).includes(1) ? 1 : 0,
  );
  for (const [row, open] of isOpen.entries()) if (open === 0) mask[row * items] = 1;
  return { states: { ...next, mask }, isOpen };
}
