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

/** Throws unless an option is one of some words. */
export function requireOneOf(option: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  throw new InvalidOptionError(option, value, words.map((word) => `'${word}'`).join(' or '));
}

/** Throws unless an option is `true` or `false`. */
export function requireBoolean(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new InvalidOptionError(option, value, 'true or false');
}

/** Throws unless a generator was passed. */
export function requireRandom(random: unknown): void {
  if (typeof (random as { readonly uniform?: unknown } | null | undefined)?.uniform === 'function') return;
  throw new InvalidOptionError('random', random, 'a seeded generator, such as createRandom(1)');
}

/**
 * Throws unless options were passed as an object.
 * @param example what the message shows, such as `{ misses: 4 }`.
 */
export function requireOptions(options: unknown, example: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !('then' in options)) return;
  throw new InvalidOptionError('options', options, `an object, such as ${example}`);
}
