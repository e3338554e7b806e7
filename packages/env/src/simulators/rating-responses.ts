import type { Factorization } from '../matrix-factorization.js';
import type { ResponseModel } from '../response-model.js';

/** Options of `ratingResponses`. */
export interface RatingResponsesOptions {
  /** A person likes an item that they would rate this high or higher. In the unit of the ratings; for 1 to 5, say 4. */
  readonly likedFrom: number;
}

/** The logistic function with this slope is nearest to the normal distribution function (J. M. Bowling et al. 2009). */
const LOGISTIC_TO_NORMAL = 1.702;

/**
 * People who answer as their ratings predict. Factorised ratings give an expected rating; the factorisation's own
 * held-out error says how far the true one may lie from it. The feedback is 1 with the probability that the rating is
 * `likedFrom` or more (half a step of rounding allowed), else 0:
 * `P(like | u, i) = Phi((predicted - (likedFrom - 1/2)) / rmse)`.
 */
export function ratingResponses(model: Factorization, { likedFrom }: RatingResponsesOptions): ResponseModel {
  const { users, items } = model;
  const likelihood = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) {
      const distance = (model.predict(user, item) - (likedFrom - 0.5)) / model.heldOut.rmse;
      likelihood[user * items + item] = 1 / (1 + Math.exp(-LOGISTIC_TO_NORMAL * distance));
    }
  }
  return {
    users,
    items,
    rewardRange: [0, 1],
    window: 0,
    respond: (session, item, random) => (random.uniform() < likelihood[session.user * items + item] ? 1 : 0),
  };
}
