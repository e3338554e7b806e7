import type { Histories, States } from '../network.js';

/** Allocates a batch of states. Histories are all 0 and masks allow nothing: fill them before use. */
export function emptyStates(rows: number, items: number, historyLength: number, userFeatures: number): States {
  return {
    sessions: rows,
    items,
    historyLength,
    historyItems: new Int32Array(rows * historyLength),
    historyFeedback: new Float32Array(rows * historyLength),
    mask: new Uint8Array(rows * items),
    ...(userFeatures > 0 && { userFeatures: new Float32Array(rows * userFeatures) }),
  };
}

/** Copies a whole batch into another of the same sizes, starting at `row`. */
export function copyStates(from: States, to: States, row: number): void {
  to.historyItems.set(from.historyItems, row * from.historyLength);
  to.historyFeedback.set(from.historyFeedback, row * from.historyLength);
  to.mask.set(from.mask, row * from.items);
  if (from.userFeatures && to.userFeatures) {
    to.userFeatures.set(from.userFeatures, (row / from.sessions) * from.userFeatures.length);
  }
}

/** Copies one row of a batch into a row of another of the same sizes. */
export function copyState(from: States, fromRow: number, to: States, toRow: number): void {
  copyHistory(from, fromRow, to, toRow);
  to.mask.set(from.mask.subarray(fromRow * from.items, (fromRow + 1) * from.items), toRow * from.items);
}

/** Copies the history of one row, without its mask. */
export function copyHistory(from: Histories, fromRow: number, to: Histories, toRow: number): void {
  const { historyLength } = from;
  for (let k = 0; k < historyLength; k++) {
    to.historyItems[toRow * historyLength + k] = from.historyItems[fromRow * historyLength + k];
    to.historyFeedback[toRow * historyLength + k] = from.historyFeedback[fromRow * historyLength + k];
  }
  const width = featureWidth(from);
  for (let k = 0; k < width; k++) {
    to.userFeatures![toRow * width + k] = from.userFeatures![fromRow * width + k];
  }
}

/** The number of user features of each state. */
export function featureWidth({ sessions, userFeatures }: Histories): number {
  return userFeatures === undefined ? 0 : userFeatures.length / sessions;
}
