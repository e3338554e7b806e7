import { InvalidOptionError } from './errors.js';

/** Throws unless an option is an integer of at least `minimum`. */
export function requireInteger(option: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new InvalidOptionError(option, value, `an integer of at least ${minimum}`);
  }
}

/** Throws unless `count` is a number of items that a catalogue has. */
export function requireCount(count: number, items: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= items) return;
  throw new InvalidOptionError('count', count, `an integer from 1 to ${items}, the number of items`);
}

/** Throws unless an option is a finite number in a closed range. */
export function requireNumber(
  option: string,
  value: number,
  minimum: number,
  maximum = Number.POSITIVE_INFINITY,
): void {
  if (Number.isFinite(value) && value >= minimum && value <= maximum) return;
  const range = maximum === Number.POSITIVE_INFINITY ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new InvalidOptionError(option, value, `a number ${range}`);
}
