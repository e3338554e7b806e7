import type { ItemSpace } from '@ialp/llm-user';
import { SETTINGS } from './settings.js';
import type { World } from './world.js';

/** How alike two items are: 1 for the same, 0 and below for those that have nothing in common. */
export type Likeness = (item: number, other: number) => number;

/** Items are alike that read alike: the cosine of the embeddings of their texts. */
export function likenessOfTexts({ vectors, dimension }: Pick<ItemSpace, 'vectors' | 'dimension'>): Likeness {
  return (item, other) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += vectors[item * dimension + k] * vectors[other * dimension + k];
    return sum;
  };
}

/** Likes that every item is taken to have beside its own: two that one person liked are not yet alike. */
const PRIOR = 5;

/**
 * Items are alike that the same people liked, by the log that is known before the first day: the cosine of who liked them,
 * `common / sqrt((likes + 5) (likes' + 5))`.
 */
export function likenessOfLikes({ dataset, known }: Pick<World, 'dataset' | 'known'>): Likeness {
  const { interactions } = dataset;
  const isKnown = new Set(known);
  const fans = dataset.catalogue.items.map(() => new Set<number>());
  for (const [row, user] of interactions.user.entries()) {
    const isLiked = dataset.feedback === 'implicit' || dataset.interactions.value[row] >= SETTINGS.likedFrom;
    if (isLiked && isKnown.has(user)) fans[interactions.item[row]].add(user);
  }
  const likedBy = fans.map((users) => Int32Array.from(users).sort());
  return (item, other) => {
    const [users, others] = [likedBy[item], likedBy[other]];
    return commonOf(users, others) / Math.sqrt((users.length + PRIOR) * (others.length + PRIOR));
  };
}

/** How many numbers two lists share; both ascending, without repeats. */
function commonOf(one: Int32Array, another: Int32Array): number {
  let [count, a, b] = [0, 0, 0];
  while (a < one.length && b < another.length) {
    if (one[a] === another[b]) count++;
    const step = one[a] - another[b];
    if (step <= 0) a++;
    if (step >= 0) b++;
  }
  return count;
}

/** The greater of two. */
export function eitherLikeness(one: Likeness, another: Likeness): Likeness {
  return (item, other) => Math.max(one(item, other), another(item, other));
}

/** Items up to which all pairs are remembered: 8 bytes each, 128 MiB. */
const MOST_REMEMBERED = 4096;

/** The same, worked out once for each pair that is asked for. */
export function remembered(likeness: Likeness, items: number): Likeness {
  if (items > MOST_REMEMBERED) return likeness;
  const known = new Float64Array(items * items).fill(Number.NaN);
  return (item, other) => {
    const place = item * items + other;
    if (Number.isNaN(known[place])) known[place] = likeness(item, other);
    return known[place];
  };
}
