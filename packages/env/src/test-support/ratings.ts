import { createRandom, type Ratings } from '@ialp/core';

/** One rating, in tests. */
export type Row = readonly [user: number, item: number, value: number];

/** Ratings from a list of them. */
export function toRatings(rows: readonly Row[], users: number, scale: readonly [number, number] = [1, 5]): Ratings {
  return {
    users,
    user: Int32Array.from(rows, ([user]) => user),
    item: Int32Array.from(rows, ([, item]) => item),
    value: Float32Array.from(rows, ([, , value]) => value),
    scale,
  };
}

/** A made-up matrix of 6 users and 5 items. */
// biome-ignore format: a rating each
export const SMALL = toRatings([
  [0, 0, 5], [0, 1, 3], [0, 3, 1], [1, 0, 4], [1, 2, 2], [1, 4, 5], [2, 1, 1], [2, 2, 5], [2, 3, 4], [3, 0, 2],
  [3, 1, 4], [3, 4, 1], [4, 2, 3], [4, 3, 5], [4, 4, 2], [5, 0, 1], [5, 1, 5], [5, 2, 4], [5, 3, 3],
], 6);

/** Ratings from two latent factors with a little noise: 40 users, 30 items. */
export function madeUpRatings(seed: number, share = 0.6): Ratings {
  const random = createRandom(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => random.normal());
  const [userTaste, itemTaste, userBias, itemBias] = [draw(80), draw(60), draw(40), draw(30)];
  const rows: Row[] = [];
  for (let user = 0; user < 40; user++) {
    for (let item = 0; item < 30; item++) {
      if (random.uniform() > share) continue;
      const taste = userTaste[2 * user] * itemTaste[2 * item] + userTaste[2 * user + 1] * itemTaste[2 * item + 1];
      const value = 3 + 0.4 * userBias[user] + 0.4 * itemBias[item] + 0.5 * taste + 0.1 * random.normal();
      rows.push([user, item, Math.min(5, Math.max(1, value))]);
    }
  }
  return toRatings(rows, 40);
}
