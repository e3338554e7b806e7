import type { Trajectories } from '@ialp/core';

/** Items that were shown, each with the feedback to it. */
export interface ShownItems {
  readonly items: Int32Array;
  readonly feedback: Float32Array;
  /** The row of the trajectories in which each was shown. */
  readonly row: ArrayLike<number>;
}

/**
 * The items of trajectories with the feedback to each, in order. The reward of a slate is the feedback to the item that was chosen; the
 * others have feedback 0.
 */
export function shownItems({ rows, slateSize, actions, reward, choice }: Trajectories): ShownItems {
  const feedback = new Float32Array(rows * slateSize);
  const row = new Int32Array(rows * slateSize);
  for (let place = 0; place < feedback.length; place++) {
    row[place] = Math.floor(place / slateSize);
    const isChosen = choice === undefined || choice[row[place]] === place % slateSize;
    feedback[place] = isChosen ? reward[row[place]] : 0;
  }
  return { items: actions, feedback, row };
}
