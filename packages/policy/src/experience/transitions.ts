import type { States } from '../network.js';
import { emptyStates } from './states.js';

/** A batch of transitions `(s, a, r, s')`. Rows are independent of each other. */
export interface Transitions {
  /** `[rows]`: states in which the actions were chosen. */
  readonly states: States;
  /** `[rows]`: items shown. */
  readonly actions: Int32Array;
  /** `[rows]`: probability with which they were chosen; NaN if not known. */
  readonly propensity: Float32Array;
  /** `[rows]`: feedback. */
  readonly reward: Float32Array;
  /** `[rows]`: 1 where the user left. */
  readonly terminated: Uint8Array;
  /** `[rows]`: next states; where a session ended, its last state. */
  readonly next: States;
}

/** Allocates a number of transitions. */
export function emptyTransitions(
  rows: number,
  {
    items,
    historyLength,
    userFeatures,
  }: { readonly items: number; readonly historyLength: number; readonly userFeatures: number },
): Transitions {
  return {
    states: emptyStates(rows, items, historyLength, userFeatures),
    actions: new Int32Array(rows),
    propensity: new Float32Array(rows),
    reward: new Float32Array(rows),
    terminated: new Uint8Array(rows),
    next: emptyStates(rows, items, historyLength, userFeatures),
  };
}
