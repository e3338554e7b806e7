/** Observations from a few numbers, for tests that think in dense masks. */
import { type Allowances, isAllowed, type Observation } from '@ialp/core';
import { exclusionsOfMasks } from '@ialp/core/testing';

/** What tells an observation from one of new sessions in which everything is allowed. */
export type ObservationParts = Partial<Omit<Observation, 'rows' | 'items' | 'exclusions'>> & {
  /** `[rows, items]`: 1 for each item that a row allows, otherwise 0. Default: all are allowed. */
  readonly mask?: ArrayLike<number>;
};

/** An observation of `rows` sessions with the keys 0, 1, ..., in their first turn and with everything allowed, but for `parts`. */
export function observationOf(rows: number, items: number, parts: ObservationParts = {}): Observation {
  const { mask = new Uint8Array(rows * items).fill(1), historyLength = 1, ...others } = parts;
  return {
    ...{ rows, items, historyLength },
    session: Float64Array.from({ length: rows }, (_, row) => row),
    turn: new Int32Array(rows),
    historyItems: new Int32Array(rows * historyLength).fill(-1),
    historyFeedback: new Float32Array(rows * historyLength),
    available: new Uint8Array(items).fill(1),
    exclusions: exclusionsOfMasks(mask, rows),
    ...others,
  };
}

/** The first allowed item of a row from an item on, in catalogue order and around its end; -1 for a row that allows none. */
export function firstAllowedFrom(states: Allowances, row: number, from = 0): number {
  for (let k = 0; k < states.items; k++) {
    const item = (from + k) % states.items;
    if (isAllowed(states, row, item)) return item;
  }
  return -1;
}
