import type { Observation } from '@ialp/core';

/** Columns with fewer places than this are shifted by a loop: calling `copyWithin` takes longer than the loop. */
const MIN_COPIED_PLACES = 128;

/** The histories that an observation shows. */
type Histories = Pick<Observation, 'rows' | 'historyLength' | 'historyItems' | 'historyFeedback'>;

/**
 * Appends the interactions of a turn to the histories of all sessions, and drops the oldest.
 * @param actions `[rows, slateSize]` the items shown. @param reward `[rows]` the feedback.
 * @param choice `[rows]` the position of the item that got the feedback; that of all others is 0. Undefined if there is one item.
 */
export function appendToHistories(
  histories: Histories,
  actions: Int32Array,
  slateSize: number,
  reward: Float32Array,
  choice: Int32Array | undefined,
): void {
  const { rows, historyLength, historyItems, historyFeedback } = histories;
  const added = Math.min(slateSize, historyLength);
  // Rows lie one after the other, so that shifting a column shifts each of them. What comes from the next row is overwritten below.
  shift(histories, added);
  if (choice === undefined) {
    for (let row = 0; row < rows; row++) {
      const newest = (row + 1) * historyLength - 1;
      historyItems[newest] = actions[row];
      historyFeedback[newest] = reward[row];
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * historyLength;
    for (let position = slateSize - added; position < slateSize; position++) {
      historyItems[end - slateSize + position] = actions[row * slateSize + position];
      historyFeedback[end - slateSize + position] = position === choice[row] ? reward[row] : 0;
    }
  }
}

/** Moves all interactions of all rows `by` places towards the older ones. */
function shift({ historyItems, historyFeedback }: Histories, by: number): void {
  if (historyItems.length >= MIN_COPIED_PLACES) {
    historyItems.copyWithin(0, by);
    historyFeedback.copyWithin(0, by);
    return;
  }
  // One loop for both columns is twice as fast as one for each.
  for (let place = by; place < historyItems.length; place++) {
    historyItems[place - by] = historyItems[place];
    historyFeedback[place - by] = historyFeedback[place];
  }
}
