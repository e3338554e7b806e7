import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkEmbeddings, checkItems, checkState } from '../check-inputs.js';
import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { PROFILE_FEATURES, UserProfile } from '../reward-model/user-profile.js';

/** Log-odds of liking an item, part by part. */
export interface SimilarityWeights {
  /** For an item of average popularity to a user of whom nothing is known. Default -1. */
  readonly constant?: number;
  /** For each standard deviation of popularity. Default 0.7. */
  readonly popularity?: number;
  /** For each unit of cosine to what the user liked. Default 6. */
  readonly similarToLiked?: number;
  /** The same to what the user passed over. Default -2. */
  readonly similarToDisliked?: number;
}

/**
 * The embedded language-model user: a user likes what is near what they took and far from what they passed over, and
 * what is well known. `P(like) = sigmoid(weights . features)` with the features of `UserProfile`. The weights are common
 * sense, not fitted to feedback: there is no feedback on the first day.
 * @throws {InvalidOptionError} for a embeddings or weights that are not finite; from `ask`, for items that there are not.
 */
export function createSimilaritySource(embeddings: ItemEmbeddings, weights: SimilarityWeights = {}): PreferenceSource {
  checkEmbeddings(embeddings);
  checkObject('weights', weights, 'an object, such as { popularity: 0.7 }');
  const { constant = -1, popularity = 0.7, similarToLiked = 6, similarToDisliked = -2 } = weights;
  const slope = [constant, popularity, similarToLiked, similarToDisliked];
  for (const [k, value] of slope.entries()) {
    if (!Number.isFinite(value))
      throw new InvalidOptionError(`weights.${PROFILE_FEATURES[k]}`, value, 'a finite number');
  }
  const features = new Float64Array(PROFILE_FEATURES.length);

  return {
    specificationVersion: 'v1',
    model: embeddings.model,
    promptVersion: 'similarity.v1',
    async ask({ state, candidates }: PreferenceQuestion): Promise<PreferenceAnswer> {
      checkState(state, embeddings.items);
      checkItems(candidates, embeddings.items, 'candidates');
      const profile = new UserProfile(embeddings, state);
      const probabilities = candidates.map((item) => {
        profile.features(item, features);
        const logit = slope.reduce((sum, weight, k) => sum + weight * features[k], 0);
        return 1 / (1 + Math.exp(-logit));
      });
      return { probabilities, raw: JSON.stringify(probabilities) };
    },
  };
}
