import { nameOf } from './argument-rules.js';
import { InvalidOptionError } from './errors.js';

/**
 * Throws unless options were passed as an object.
 * @param example what the message shows, such as `{ network }`.
 */
export function requireOptions(options: unknown, example: string, option = 'options'): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !('then' in options)) return;
  throw new InvalidOptionError(option, nameOf(options), `an object, such as ${example}`);
}

/** Throws unless an option is an integer of at least `minimum`. */
export function requireInteger(option: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new InvalidOptionError(option, value, `an integer of at least ${minimum}`);
  }
}

/** Places of a ranking that may stay empty: no slate is longer, and a catalogue may have shrunk below one. */
const MAX_SLATE = 1000;

/** Throws unless a ranking of a catalogue can have so many places: all its items, or those of a slate. */
export function requireCount(count: number, items: number): void {
  const most = Math.max(items, MAX_SLATE);
  if (Number.isSafeInteger(count) && count >= 1 && count <= most) return;
  throw new InvalidOptionError('count', count, `an integer from 1 to ${most}`);
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
