import { CheckpointError, counted } from '@ialp/core';
import { forEachSession } from '../options.js';

/** `[sessions]` arrays of `width` numbers; all sessions share one empty array if `width` is 0. */
export function stateRows(sessions: number, width: number): Float64Array[] {
  const empty = new Float64Array(0);
  return Array.from({ length: sessions }, () => (width === 0 ? empty : new Float64Array(width)));
}

/** The numbers of all rows in one array. */
export function flatStates(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0].length;
  const flat = new Float64Array(rows.length * width);
  for (const [slot, row] of rows.entries()) flat.set(row, slot * width);
  return flat;
}

/**
 * Checks an array of `flatStates` from a checkpoint.
 * @returns a function that writes it to the rows.
 * @throws {CheckpointError} for something else, or another number of numbers.
 */
export function readStates(name: string, saved: unknown, rows: readonly Float64Array[]): () => void {
  const width = rows[0].length;
  const numbers = rows.length * width;
  if (!(saved instanceof Float64Array && saved.length === numbers)) {
    const found = saved instanceof Float64Array ? counted(saved.length, 'number') : 'something else';
    const expected = forEachSession(`a Float64Array with ${counted(width, 'number')}`, rows.length);
    throw new CheckpointError(`checkpoint.${name}: expected ${expected}; found ${found}.`);
  }
  return () => {
    for (const [slot, row] of rows.entries()) row.set(saved.subarray(slot * width, (slot + 1) * width));
  };
}
