import { checkMethods } from '../checks/options.js';
import type { Random } from './random.js';

/**
 * Returns the values in random order, all orders equally likely (Fisher and Yates).
 * @throws {InvalidOptionError} if `random` is not a generator.
 */
export function shuffled<T>(values: Iterable<T>, random: Random): T[] {
  checkMethods('random', random, ['integer'], 'a generator, such as createRandom(1)');
  const list = [...values];
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}
