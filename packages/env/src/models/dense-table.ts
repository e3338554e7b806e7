import { InvalidOptionError } from '@ialp/core';

/**
 * Whether what each user thinks of each item is worked out once for all (`dense`, four bytes a pair), or each time that it
 * is asked for (`factors`). `auto` looks up to 16 million pairs up. Both give the same bits.
 */
export type ResponseStorage = 'dense' | 'factors' | 'auto';

/** 64 MB of numbers in single precision. */
const DENSE_PAIRS = 2 ** 24;

/**
 * `[users, items]` of a function of a user and an item, or nothing where it is to be worked out each time: then in single
 * precision as well, by `Math.fround`. The table is handed out, and not a function that looks up: a simulator's step reads a
 * number from it, and a function that is not inlined would allocate one.
 * @throws {InvalidOptionError} for an unknown kind of storage.
 */
export function denseTable(
  users: number,
  items: number,
  storage: ResponseStorage,
  compute: (user: number, item: number) => number,
): Float32Array | undefined {
  if (!['dense', 'factors', 'auto'].includes(storage)) {
    throw new InvalidOptionError('storage', storage, "'dense', 'factors' or 'auto'");
  }
  if (storage === 'factors' || (storage === 'auto' && users * items > DENSE_PAIRS)) return undefined;
  const table = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) table[user * items + item] = compute(user, item);
  }
  return table;
}

/** Feedback of 1 with the probability that a table, or else a function, tells, and otherwise 0. */
export function bernoulli(
  items: number,
  table: Float32Array | undefined,
  compute: (user: number, item: number) => number,
): (session: { readonly user: number }, item: number, random: { uniform(): number }) => number {
  if (table === undefined) {
    return (session, item, random) => (random.uniform() < Math.fround(compute(session.user, item)) ? 1 : 0);
  }
  return (session, item, random) => (random.uniform() < table[session.user * items + item] ? 1 : 0);
}
