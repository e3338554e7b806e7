/** Marks an empty place in a history. */
export const PADDING = -1;

/**
 * What a recommender may know about the sessions when it chooses the next items. It does not identify the users: their
 * preferences have to be learned from the feedback.
 */
export interface Observation {
  /** Sessions in the batch. */
  readonly sessions: number;
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in the history (`L`). */
  readonly historyLength: number;
  /**
   * `[sessions, historyLength]` item indices, newest last, padded on the left with `PADDING`. The items of a slate are in
   * slate order.
   */
  readonly historyItems: Int32Array;
  /** `[sessions, historyLength]` feedback to those items, 0 for padding and for items that were not chosen from a slate. */
  readonly historyFeedback: Float32Array;
  /** `[sessions, items]`: 1 if the item may be shown now, otherwise 0. */
  readonly mask: Uint8Array;
  /** `[sessions]`: turns so far; each shows one item, or one slate. */
  readonly turn: Int32Array;
  /** `[sessions, width]`: user features known from outside, such as an age group. Absent if unknown. */
  readonly userFeatures?: Float32Array;
}
