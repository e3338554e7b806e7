import { checkInteger, checkObject } from '@ialp/core';

/**
 * Throws unless options were passed as an object.
 * @param example what the message shows, such as `{ network }`.
 */
export function checkOptions(options: unknown, example: string, option = 'options'): void {
  checkObject(option, options, `an object, such as ${example}`);
}

/** Places of a ranking that may stay empty: no slate is longer, and a catalogue may have shrunk below one. */
const MAX_SLATE = 1000;

/** Throws unless a ranking of a catalogue can have so many places: all its items, or those of a slate. */
export function checkCount(count: number, items: number): void {
  checkInteger('count', count, 1, Math.max(items, MAX_SLATE));
}
