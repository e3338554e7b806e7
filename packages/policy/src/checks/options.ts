import { checkInteger, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { foundOf, isNetwork } from './arguments.js';

/**
 * Throws unless options are an object.
 * @param example shown in the message, such as `{ network }`.
 * @throws {InvalidOptionError}
 */
export function checkOptions(options: unknown, example: string, option = 'options'): void {
  const expected = `an object, such as ${example}`;
  if (isNetwork(options)) throw new InvalidOptionError(option, foundOf(options), expected);
  checkObject(option, options, expected);
}

/**
 * Throws unless options are an object with no other options than the named ones: a misspelt option would be ignored.
 * @param example shown in the message, such as `{ network }`.
 * @throws {InvalidOptionError}
 */
export function checkNamedOptions<Options>(
  options: Options,
  example: string,
  names: readonly (keyof Options & string)[],
): void {
  checkOptions(options, example);
  checkOptionNames(options, names);
}

/** Throws unless a value is a typed array of numbers. @throws {InvalidOptionError} */
export function checkNumbers(option: string, data: Float32Array): void {
  const isNumbers = ArrayBuffer.isView(data) && typeof (data.length > 0 ? data[0] : undefined) !== 'bigint';
  if (isNumbers && typeof data.length === 'number') return;
  throw new InvalidOptionError(option, foundOf(data), 'a Float32Array: Float32Array.from(data) makes one');
}

/** Longest ranking of any catalogue: no slate is longer. A smaller catalogue leaves places empty. */
const MAX_SLATE = 1000;

/** Throws unless a ranking of a catalogue can have `count` places: up to its items, or up to the longest slate. */
export function checkCount(count: number, items: number): void {
  checkInteger('count', count, 1, Math.max(items, MAX_SLATE));
}
