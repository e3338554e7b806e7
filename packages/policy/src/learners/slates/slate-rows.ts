import type { Exclusions, Observation, Trajectories } from '@ialp/core';
import { selectStates } from '../../experience/states.js';
import type { States } from '../../network.js';

/** The items of slates as actions of their own: position `k` of decision `d` is row `d * slateSize + k`. */
export interface SlateRows {
  /** `[rows * slateSize]`: the states of the decisions, which also exclude the items above in the slate. */
  readonly states: States;
  /** `[rows * slateSize]`: items shown. */
  readonly actions: Int32Array;
}

/**
 * Expands slates to one row for each item, in the state in which it was chosen: without the items above. The log probability of a slate is
 * then the sum of those of its rows (Plackett 1975). Trajectories of single items are returned as they are.
 */
export function slateRows({ states, actions, slateSize }: Trajectories): SlateRows {
  if (slateSize === 1) return { states, actions };
  const decisions = Int32Array.from(actions, (_, place) => Math.floor(place / slateSize));
  const exclusions = withItemsAbove(states, actions, slateSize);
  return { states: { ...selectStates(states, decisions), exclusions }, actions };
}

function withItemsAbove({ rows, exclusions }: Observation, actions: Int32Array, slateSize: number): Exclusions {
  const { offset, count, items } = exclusions;
  // One list for each decision, its exclusions and then its slate: position k excludes all before the k-th item of the slate.
  const total = count.reduce((sum, length) => sum + length, 0) + actions.length;
  const lists = new Int32Array(total);
  const result = { offset: new Int32Array(actions.length), count: new Int32Array(actions.length), items: lists };
  let start = 0;
  for (let row = 0; row < rows; row++) {
    const length = count[row];
    lists.set(items.subarray(offset[row], offset[row] + length), start);
    lists.set(actions.subarray(row * slateSize, (row + 1) * slateSize), start + length);
    for (let position = 0; position < slateSize; position++) {
      result.offset[row * slateSize + position] = start;
      result.count[row * slateSize + position] = length + position;
    }
    start += length + slateSize;
  }
  return result;
}
