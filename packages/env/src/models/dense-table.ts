import { InvalidOptionError } from '@ialp/core';

/**
 * Whether the response for each pair of a user and an item is computed once and stored (`dense`, four bytes a pair), or computed
 * from the factors each time (`factors`). `auto` stores up to 16 million pairs. Both give the same bits.
 */
export type ResponseStorage = 'dense' | 'factors' | 'auto';

/** 64 MB of numbers in single precision. */
const MAX_DENSE_PAIRS = 2 ** 24;

/**
 * `[users, items]` values of a function of user and item, or `undefined` if they are to be computed each time; callers then round
 * with `Math.fround` to get the same bits. Returns the table instead of a look-up function: a simulator's step reads numbers from
 * it, and a function that is not inlined would allocate them.
 * @throws {InvalidOptionError} for an unknown `storage`.
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
  if (storage === 'factors' || (storage === 'auto' && users * items > MAX_DENSE_PAIRS)) return undefined;
  const table = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) table[user * items + item] = compute(user, item);
  }
  return table;
}

/** A `respond` with feedback 1 with the probability in `table`, or from `compute` without a table, and otherwise 0. */
export function bernoulli(
  items: number,
  table: Float32Array | undefined,
  compute: (user: number, item: number) => number,
): (session: { readonly user: number }, item: number, random: { uniform(): number }) => number {
  if (table === undefined) {
    return (session, item, random) => Number(random.uniform() < Math.fround(compute(session.user, item)));
  }
  return (session, item, random) => Number(random.uniform() < table[session.user * items + item]);
}
