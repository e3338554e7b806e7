import { InvalidOptionError } from './errors.js';

/** Throws unless an option is a number from 0 to 1. */
export function requireShare(option: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new InvalidOptionError(option, value, 'a number from 0 to 1');
}
