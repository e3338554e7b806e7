import { checkInteger, checkObject } from '@ialp/core';

/**
 * Throws unless options are an object.
 * @param example shown in the message, such as `{ network }`.
 * @throws {InvalidOptionError}
 */
export function checkOptions(options: unknown, example: string, option = 'options'): void {
  checkObject(option, options, `an object, such as ${example}`);
}

/** Longest ranking of any catalogue: no slate is longer. A smaller catalogue leaves places empty. */
const MAX_SLATE = 1000;

/** Throws unless a ranking of a catalogue can have `count` places: up to its items, or up to the longest slate. */
export function checkCount(count: number, items: number): void {
  checkInteger('count', count, 1, Math.max(items, MAX_SLATE));
}
