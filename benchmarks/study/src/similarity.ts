import type { ItemEmbeddings } from '@ialp/llm-user';
import { SETTINGS } from './settings.js';
import type { World } from './world.js';

/** How similar two items are: 1 for the same item, 0 or below for items that have nothing in common. */
export type Similarity = (item: number, other: number) => number;

/** Similarity of texts: the cosine of the embeddings of two items. */
export function similarityOfTexts({ vectors, dimension }: Pick<ItemEmbeddings, 'vectors' | 'dimension'>): Similarity {
  return (item, other) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += vectors[item * dimension + k] * vectors[other * dimension + k];
    return sum;
  };
}

/** Likes added to those of every item, so that two items with one common user are not yet similar. */
const PRIOR = 5;

/**
 * Similarity of likes, by the log that is known before the first day: the cosine of the sets of users who liked two items,
 * `common / sqrt((likes + 5) (likes' + 5))`.
 */
export function similarityOfLikes({ dataset, known }: Pick<World, 'dataset' | 'known'>): Similarity {
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
export function eitherSimilarity(one: Similarity, another: Similarity): Similarity {
  return (item, other) => Math.max(one(item, other), another(item, other));
}

/** Items up to which all pairs are remembered: 8 bytes each, 128 MiB. */
const MOST_REMEMBERED = 4096;

/** The same, worked out once for each pair that is asked for. */
export function remembered(similarity: Similarity, items: number): Similarity {
  if (items > MOST_REMEMBERED) return similarity;
  const known = new Float64Array(items * items).fill(Number.NaN);
  return (item, other) => {
    const place = item * items + other;
    if (Number.isNaN(known[place])) known[place] = similarity(item, other);
    return known[place];
  };
}
