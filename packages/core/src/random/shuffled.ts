import type { Random } from './random.js';

/** Returns the values in random order, all orders equally likely (Fisher and Yates). */
export function shuffled<T>(values: Iterable<T>, random: Random): T[] {
  const list = [...values];
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}
