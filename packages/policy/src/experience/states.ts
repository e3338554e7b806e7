import type { Exclusions } from '@ialp/core';
import type { Histories, States } from '../network.js';

/**
 * Some rows of a batch, in any order and any number of times. Histories are copied; lists of exclusions are shared.
 * @param rows row numbers.
 */
export function selectStates(from: States, rows: ArrayLike<number>): States {
  const { items, available, exclusions } = from;
  return { ...selectHistories(from, rows), items, available, exclusions: selectExclusions(exclusions, rows) };
}

/** The same for histories alone. */
export function selectHistories(from: Histories, rows: ArrayLike<number>): Histories {
  const { historyLength } = from;
  const width = featureWidth(from);
  const historyItems = new Int32Array(rows.length * historyLength);
  const historyFeedback = new Float32Array(rows.length * historyLength);
  const userFeatures = new Float32Array(rows.length * width);
  for (let row = 0; row < rows.length; row++) {
    // Loops, because `set` is slower for a few values.
    for (let k = 0; k < historyLength; k++) {
      historyItems[row * historyLength + k] = from.historyItems[rows[row] * historyLength + k];
      historyFeedback[row * historyLength + k] = from.historyFeedback[rows[row] * historyLength + k];
    }
    for (let k = 0; k < width; k++) userFeatures[row * width + k] = from.userFeatures![rows[row] * width + k];
  }
  return {
    ...{ rows: rows.length, historyLength, historyItems, historyFeedback },
    ...(width > 0 && { userFeatures }),
  };
}

function selectExclusions({ offset, count, items }: Exclusions, rows: ArrayLike<number>): Exclusions {
  const pick = (column: Int32Array): Int32Array =>
    Int32Array.from({ length: rows.length }, (_, row) => column[rows[row]]);
  return { offset: pick(offset), count: pick(count), items };
}

/** The number of user features of each state. */
export function featureWidth({ rows, userFeatures }: Histories): number {
  return userFeatures === undefined ? 0 : userFeatures.length / rows;
}
