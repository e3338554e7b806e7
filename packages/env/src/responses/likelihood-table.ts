import { InvalidOptionError } from '../errors.js';

/**
 * Whether what each person thinks of each item is worked out once for all (`dense`, four bytes a pair), or each time that it
 * is asked for (`factors`). `auto` looks up to 16 million pairs up. Both give the same bits.
 */
export type LikelihoodMemory = 'dense' | 'factors' | 'auto';

/** 64 MB of numbers in single precision. */
const DENSE_PAIRS = 2 ** 24;

/**
 * A function of a person and an item in single precision, looked up or worked out.
 * @param compute gives the value in double precision, allocating nothing.
 * @throws {InvalidOptionError} for an unknown kind of memory.
 */
export function likelihoodTable(
  users: number,
  items: number,
  memory: LikelihoodMemory,
  compute: (user: number, item: number) => number,
): (user: number, item: number) => number {
  if (!['dense', 'factors', 'auto'].includes(memory)) {
    throw new InvalidOptionError('memory', memory, "'dense', 'factors' or 'auto'");
  }
  if (memory === 'factors' || (memory === 'auto' && users * items > DENSE_PAIRS)) {
    return (user, item) => Math.fround(compute(user, item));
  }
  const table = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) table[user * items + item] = compute(user, item);
  }
  return (user, item) => table[user * items + item];
}
