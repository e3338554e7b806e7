import { InvalidOptionError } from './errors.js';

/** Throws unless an option is an integer in a range. */
export function requireInteger(
  option: string,
  value: number,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  throw new InvalidOptionError(option, value, `an integer ${range}`);
}

/** Throws unless an option is a number from 0 to 1. */
export function requireShare(option: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new InvalidOptionError(option, value, 'a number from 0 to 1');
}
