import { checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { checkEmbeddings, checkQuestion, checkState } from '../check-inputs.js';
import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { PROFILE_FEATURES, UserProfile } from '../reward-model/user-profile.js';

/** Weights of the log-odds of liking an item. */
export interface SimilarityWeights {
  /** Log-odds for an item of average popularity and a user without history. Default -1. */
  readonly constant?: number;
  /** Per standard deviation of popularity. Default 0.7. */
  readonly popularity?: number;
  /** Per unit of mean cosine to the liked items. Default 6. */
  readonly similarToLiked?: number;
  /** Per unit of mean cosine to the disliked items. Default -2. */
  readonly similarToDisliked?: number;
}

/**
 * The language-model user without a generative model: users like popular items, items similar to those that they liked, and dislike items
 * similar to those that they skipped. `P(like) = sigmoid(weights . features)` with the features of `UserProfile`. The default weights are
 * plausible values and not fitted, because there is no feedback before the first day.
 * @throws {InvalidOptionError} for embeddings or weights that are not finite; from `ask`, for items out of range.
 */
export function createSimilaritySource(embeddings: ItemEmbeddings, weights: SimilarityWeights = {}): PreferenceSource {
  checkEmbeddings(embeddings);
  checkObject('weights', weights, 'an object, such as { popularity: 0.7 }');
  checkOptionNames(weights, PROFILE_FEATURES, { option: 'weights' });
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
    async ask(question: PreferenceQuestion): Promise<PreferenceAnswer> {
      checkQuestion(question, embeddings.items);
      const { state, candidates } = question;
      checkState(state, embeddings.items);
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
