import type { ItemEmbeddings } from '@ialp/llm-user';
import { SETTINGS } from './settings.js';
import type { World } from './world.js';

/** Similarity of two items: 1 for the same item, 0 or below for unrelated items. */
export type Similarity = (item: number, other: number) => number;

/** Similarity of texts: the cosine of the embeddings of two items. */
export function similarityOfTexts({ vectors, dimension }: Pick<ItemEmbeddings, 'vectors' | 'dimension'>): Similarity {
  return (item, other) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += vectors[item * dimension + k] * vectors[other * dimension + k];
    return sum;
  };
}

/** Number of likes added to those of every item, so that a single common user does not make two items similar. */
const PRIOR = 5;

/**
 * Similarity of likes in the log known before deployment: the cosine of the sets of users who liked two items, `common
 * / sqrt((likes + 5) (likes' + 5))`.
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

/** Number of common elements of two ascending lists without repeats. */
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

/** The larger of two similarities. */
export function eitherSimilarity(one: Similarity, another: Similarity): Similarity {
  return (item, other) => Math.max(one(item, other), another(item, other));
}

/** Maximum number of items for which all pairs are cached: 8 bytes each, 128 MiB. */
const MAX_CACHED_ITEMS = 4096;

/** Caches a similarity per pair. */
export function cachedSimilarity(similarity: Similarity, items: number): Similarity {
  if (items > MAX_CACHED_ITEMS) return similarity;
  const known = new Float64Array(items * items).fill(Number.NaN);
  return (item, other) => {
    const place = item * items + other;
    if (Number.isNaN(known[place])) known[place] = similarity(item, other);
    return known[place];
  };
}
