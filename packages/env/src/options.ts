import { checkMethods, checkObject } from '@ialp/core';

/** Checks that a random generator was passed. @throws {InvalidOptionError} */
export function checkRandom(random: unknown): void {
  checkMethods('random', random, ['uniform'], 'a seeded generator, such as createRandom(1)');
}

/**
 * Checks that options were passed as an object.
 * @param example shown in the message, such as `{ misses: 4 }`.
 * @throws {InvalidOptionError}
 */
export function checkOptions(options: unknown, example: string): void {
  checkObject('options', options, `an object, such as ${example}`);
}
