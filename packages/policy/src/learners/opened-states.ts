import type { States } from '../network.js';

/** States in each of which something is allowed, and which of them were so before. */
export interface OpenedStates {
  /** The states; where nothing was allowed, or the session was over, the first item is. */
  readonly states: States;
  /** `[rows]`: 1 where the session went on and something may be shown: elsewhere nothing follows. */
  readonly isOpen: Uint8Array;
}

/** Makes the states that followed fit to be asked about: an actor has no probabilities where nothing is allowed. */
export function openedStates(next: States, terminated: Uint8Array): OpenedStates {
  const { items } = next;
  const mask = next.mask.slice();
  const isOpen = terminated.map((left, row) =>
    left === 0 && mask.subarray(row * items, (row + 1) * items).includes(1) ? 1 : 0,
  );
  for (const [row, open] of isOpen.entries()) if (open === 0) mask[row * items] = 1;
  return { states: { ...next, mask }, isOpen };
}
