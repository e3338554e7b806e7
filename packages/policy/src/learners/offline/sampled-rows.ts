import type { Random } from '@ialp/core';
import { copyState, emptyStates, featureWidth } from '../../experience/states.js';
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
  const { sessions, items, historyLength } = states;
  const width = 1 + drawn;
  const rows = emptyStates(sessions * width, items, historyLength, featureWidth(states));
  const all = new Int32Array(sessions * width);
  for (let row = 0; row < sessions; row++) {
    const allowed = allowedItems(states, row);
    for (let place = 0; place < width; place++) {
      copyState(states, row, rows, row * width + place);
      all[row * width + place] = place === 0 ? actions[row] : allowed[random.integer(allowed.length)];
    }
  }
  return { states: rows, actions: all };
}

function allowedItems({ items, mask }: States, row: number): number[] {
  const allowed: number[] = [];
  for (let item = 0; item < items; item++) if (mask[row * items + item] === 1) allowed.push(item);
  return allowed;
}
