import { countAllowed } from '@ialp/core';
import type { States } from '../../network.js';

/** Next states in each of which an actor can be evaluated. */
export interface ActableStates {
  /** The states; one that allows no item, or is the last of a terminated session, allows all available items. */
  readonly states: States;
  /** `[rows]`: 1 if the session continues and an item is allowed; else 0, and the next state's value is 0. */
  readonly isOpen: Uint8Array;
}

/** Prepares next states for an actor, which has no probabilities in a state that allows no item. */
export function actableStates(next: States, terminated: Uint8Array): ActableStates {
  const isOpen = terminated.map((left, row) => (left === 0 && countAllowed(next, row) > 0 ? 1 : 0));
  const count = next.exclusions.count.map((excluded, row) => (isOpen[row] === 1 ? excluded : 0));
  return { states: { ...next, exclusions: { ...next.exclusions, count } }, isOpen };
}
