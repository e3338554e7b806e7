import type { Exclusions } from './exclusions.js';

/** Marks an empty place in a history. */
export const PADDING = -1;

/**
 * What a recommender may know about some sessions when it chooses their next items. A row is one decision: a session that is about to
 * be shown an item, or a slate of several. It does not identify the users: their preferences have to be learned from the feedback.
 */
export interface Observation {
  /** Decisions in the batch, each of another session. */
  readonly rows: number;
  /** Items in the catalogue. */
  readonly items: number;
  /** Interactions in the history (`L`). */
  readonly historyLength: number;
  /**
   * `[rows]`: the key of each row's session, an integer from 0 to 2^53 - 1. It stays the same as long as the session lasts, and no later
   * session of the same deployment has it again. A simulator that is reset with a seed begins another deployment, and counts from 0 again.
   */
  readonly session: Float64Array;
  /** `[rows]`: turns of the session so far; each shows one item, or one slate. */
  readonly turn: Int32Array;
  /**
   * `[rows, historyLength]` item indices, newest last, padded on the left with `PADDING`. The items of a slate are in slate order.
   */
  readonly historyItems: Int32Array;
  /** `[rows, historyLength]` feedback to those items, 0 for padding and for items that were not chosen from a slate. */
  readonly historyFeedback: Float32Array;
  /**
   * `[items]`: 1 for an item that can be shown at all, otherwise 0. The array is never modified: a catalogue that changes comes with a
   * new array.
   */
  readonly available: Uint8Array;
  /** The available items that may not be shown in a row, such as those that its session has seen. */
  readonly exclusions: Exclusions;
  /** `[rows, width]`: user features known from outside, such as an age group. Absent if unknown. */
  readonly userFeatures?: Float32Array;
}
