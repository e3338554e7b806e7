/** In a history: no interaction yet. */
export const PADDING = -1;

/**
 * What a recommender may know of the sessions when it chooses the next items. The person behind a session is not in
 * it: tastes have to be learned from the feedback.
 */
export interface Observation {
  /** Sessions in the batch. */
  readonly sessions: number;
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions that the history shows (`L`). */
  readonly historyLength: number;
  /**
   * `[sessions, historyLength]` item indices, newest last, padded on the left with `PADDING`. A slate's items stand in its
   * order.
   */
  readonly historyItems: Int32Array;
  /** `[sessions, historyLength]` feedback to those items, 0 where padded or not chosen from the slate. */
  readonly historyFeedback: Float32Array;
  /** `[sessions, items]`: 1 where the item may be shown now, 0 where it may not. */
  readonly mask: Uint8Array;
  /** `[sessions]`: turns so far in the session; each shows one item, or one slate. */
  readonly turn: Int32Array;
  /** `[sessions, width]`: what is known of the person from outside, such as an age group; absent where nothing is. */
  readonly userFeatures?: Float32Array;
}
