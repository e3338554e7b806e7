import { checkMethods, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';

/** Checks that a random generator was passed. @throws {InvalidOptionError} */
export function checkRandom(random: unknown): void {
  checkMethods(
    'random',
    random,
    ['uniform', 'integer', 'normal', 'fork'],
    'a seeded generator, such as createRandom(1)',
  );
}

/** For a message: `one entry for each of the 3 sessions`, or `one entry for the only session`. */
export function forEachSession(what: string, sessions: number): string {
  return `${what} for ${sessions === 1 ? 'the only session' : `each of the ${sessions} sessions`}`;
}

/**
 * Checks that options were passed as an object.
 * @param example shown in the message, such as `{ misses: 4 }`.
 * @param names names of all options; others are refused. Default: any.
 * @throws {InvalidOptionError}
 */
export function checkOptions(options: unknown, example: string, names?: readonly string[]): void {
  checkObject('options', options, `an object, such as ${example}`);
  if (names !== undefined) checkOptionNames(options, names);
}

/**
 * Checks that categories are a list of category numbers for each item; text would be read character by character.
 * @throws {InvalidOptionError}
 */
export function checkCategories(categories: readonly ArrayLike<number>[]): void {
  if (!Array.isArray(categories)) {
    const expected = "a list for each item, such as categoriesOf(catalogue, 'genre')";
    throw new InvalidOptionError('categories', categories, expected);
  }
  const wrong = categories.findIndex((list) => typeof list !== 'object' || typeof list?.length !== 'number');
  if (wrong >= 0) throw new InvalidOptionError(`categories[${wrong}]`, categories[wrong], 'a list of category numbers');
}
