import { checkMethods, checkObject } from '@ialp/core';

/** Throws unless a generator was passed. */
export function checkRandom(random: unknown): void {
  checkMethods('random', random, ['uniform'], 'a seeded generator, such as createRandom(1)');
}

/**
 * Throws unless options were passed as an object.
 * @param example what the message shows, such as `{ misses: 4 }`.
 */
export function checkOptions(options: unknown, example: string): void {
  checkObject('options', options, `an object, such as ${example}`);
}
