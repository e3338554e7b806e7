import { type Random, writeMask } from '@ialp/core';
import { selectStates } from '../../experience/states.js';
import type { States } from '../../network.js';

/** A batch with several rows for each state: the logged action first, then sampled ones. */
export interface SampledRows {
  /** `[rows * (1 + drawn)]`: state `k` of the batch is in the rows from `k * (1 + drawn)`. */
  readonly states: States;
  /** `[rows * (1 + drawn)]` */
  readonly actions: Int32Array;
}

/** Adds `drawn` actions to each logged one, sampled uniformly from the items that the state allows. */
export function withDrawnActions(states: States, actions: Int32Array, drawn: number, random: Random): SampledRows {
  const { rows, items } = states;
  const width = 1 + drawn;
  const all = new Int32Array(rows * width);
  const mask = new Uint8Array(items);
  for (let row = 0; row < rows; row++) {
    writeMask(states, row, mask);
    const allowed = Int32Array.from(mask.keys()).filter((item) => mask[item] === 1);
    all[row * width] = actions[row];
    for (let place = 1; place < width; place++) all[row * width + place] = allowed[random.integer(allowed.length)];
  }
  return {
    states: selectStates(
      states,
      Int32Array.from(all, (_, place) => Math.floor(place / width)),
    ),
    actions: all,
  };
}
