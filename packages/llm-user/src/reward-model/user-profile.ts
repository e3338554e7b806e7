import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { UserState } from '../preference-source.js';

/** One interaction's worth of doubt: affinities to a short history count less than to a long one. */
const DOUBT = 1;

/** How much profile can be told by: prior, and similarity to what was liked and to what was passed over. */
export const PROFILE_FEATURES = ['constant', 'popularity', 'similarToLiked', 'similarToPassed'] as const;

/**
 * What a user's history says of any item, in the space of a language model's embeddings. It follows the user as
 * the history grows, at a cost that does not depend on its length.
 */
export class UserProfile {
  readonly #embeddings: ItemEmbeddings;
  readonly #liked: Float32Array;
  readonly #passed: Float32Array;
  #likedWeight = DOUBT;
  #passedWeight = DOUBT;

  constructor(embeddings: ItemEmbeddings, state: UserState) {
    this.#embeddings = embeddings;
    this.#liked = new Float32Array(embeddings.dimension);
    this.#passed = new Float32Array(embeddings.dimension);
    for (const [k, item] of state.items.entries()) this.add(item, state.feedback[k]);
  }

  /** The user met one more item. `feedback` from 0 to 1. */
  add(item: number, feedback: number): void {
    // Most answers are yes or no: what is added to the other is nothing.
    if (feedback !== 0) this.#addTo(this.#liked, item, feedback);
    if (feedback !== 1) this.#addTo(this.#passed, item, 1 - feedback);
    this.#likedWeight += feedback;
    this.#passedWeight += 1 - feedback;
  }

  #addTo(sum: Float32Array, item: number, weight: number): void {
    const { vectors, dimension } = this.#embeddings;
    const start = item * dimension;
    for (let k = 0; k < dimension; k++) sum[k] += weight * vectors[start + k];
  }

  /**
   * Fills `out` with the `PROFILE_FEATURES` of an item. Similarity is the mean cosine to the items liked (or passed over),
   * shrunk towards 0 as if one more, of cosine 0, had been seen.
   */
  features(item: number, out: Float64Array): void {
    const { vectors, dimension, popularity } = this.#embeddings;
    const [liked, passed] = [this.#liked, this.#passed];
    const start = item * dimension;
    let [similarToLiked, similarToPassed] = [0, 0];
    // Both at once: neither sum waits for the other.
    for (let k = 0; k < dimension; k++) {
      const coordinate = vectors[start + k];
      similarToLiked += coordinate * liked[k];
      similarToPassed += coordinate * passed[k];
    }
    out[0] = 1;
    out[1] = popularity[item];
    out[2] = similarToLiked / this.#likedWeight;
    out[3] = similarToPassed / this.#passedWeight;
  }
}
