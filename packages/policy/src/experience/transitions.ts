import type { States } from '../network.js';

/** A batch of transitions `(s, a, r, s')`, over one step or several. Rows are independent of each other. */
export interface Transitions {
  /** `[rows]`: states in which the actions were chosen. */
  readonly states: States;
  /** `[rows, slateSize]`: items shown. */
  readonly actions: Int32Array;
  /** `[rows]`: position of the item that was chosen from the slate, -1 for none; 0 without slates. */
  readonly choice: Int32Array;
  /** `[rows, slateSize]`: probability with which each was chosen, given those above; NaN if not known. */
  readonly propensity: Float32Array;
  /** `[rows]`: the feedback to the actions. */
  readonly feedback: Float32Array;
  /** `[rows]`: the same; over several steps, the discounted sum of the feedback. */
  readonly reward: Float32Array;
  /** `[rows]`: 1 where the user left. */
  readonly terminated: Uint8Array;
  /** `[rows]`: steps from the state to the next: the value of the next state is discounted as often. */
  readonly steps: Uint8Array;
  /** `[rows]`: next states; where a session ended, its last state. */
  readonly next: States;
}
