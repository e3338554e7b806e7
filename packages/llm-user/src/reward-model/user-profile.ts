import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { UserState } from '../preference-source.js';

/** Pseudo-count that shrinks similarities to a short history towards 0. */
const PSEUDO_COUNT = 1;

/** Features of a user and an item: popularity, and the item's similarity to the liked and to the disliked items of the history. */
export const PROFILE_FEATURES = ['constant', 'popularity', 'similarToLiked', 'similarToDisliked'] as const;

/**
 * A content-based user profile: weighted sums of the embeddings of liked and disliked items. Adding an item and computing features take
 * time independent of the length of the history.
 */
export class UserProfile {
  readonly #embeddings: ItemEmbeddings;
  readonly #likedSum: Float32Array;
  readonly #dislikedSum: Float32Array;
  #likedWeight = PSEUDO_COUNT;
  #dislikedWeight = PSEUDO_COUNT;

  constructor(embeddings: ItemEmbeddings, state: UserState) {
    this.#embeddings = embeddings;
    this.#likedSum = new Float32Array(embeddings.dimension);
    this.#dislikedSum = new Float32Array(embeddings.dimension);
    for (const [k, item] of state.items.entries()) this.add(item, state.feedback[k]);
  }

  /** Adds an item of the history. `feedback` from 0 to 1. */
  add(item: number, feedback: number): void {
    // Feedback of 0 or 1, the usual case, changes one sum only.
    if (feedback !== 0) this.#addTo(this.#likedSum, item, feedback);
    if (feedback !== 1) this.#addTo(this.#dislikedSum, item, 1 - feedback);
    this.#likedWeight += feedback;
    this.#dislikedWeight += 1 - feedback;
  }

  #addTo(sum: Float32Array, item: number, weight: number): void {
    const { vectors, dimension } = this.#embeddings;
    const start = item * dimension;
    for (let k = 0; k < dimension; k++) sum[k] += weight * vectors[start + k];
  }

  /**
   * Fills `out` with the `PROFILE_FEATURES` of an item. Similarity is the mean cosine to the liked (or disliked) items, with one
   * more item of cosine 0 added, which shrinks it towards 0.
   */
  features(item: number, out: Float64Array): void {
    const { vectors, dimension, popularity } = this.#embeddings;
    const [liked, disliked] = [this.#likedSum, this.#dislikedSum];
    const start = item * dimension;
    let [similarToLiked, similarToDisliked] = [0, 0];
    // Both sums in one loop: they do not depend on each other.
    for (let k = 0; k < dimension; k++) {
      const coordinate = vectors[start + k];
      similarToLiked += coordinate * liked[k];
      similarToDisliked += coordinate * disliked[k];
    }
    out[0] = 1;
    out[1] = popularity[item];
    out[2] = similarToLiked / this.#likedWeight;
    out[3] = similarToDisliked / this.#dislikedWeight;
  }
}
