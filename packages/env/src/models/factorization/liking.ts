/** The logistic function with this slope is closest to the normal distribution function (S. R. Bowling et al. 2009). */
export const LOGISTIC_TO_NORMAL = 1.702;

/** The smallest error that is assumed, in the unit of the ratings, so that log-odds stay finite. */
const MIN_SPREAD = 1e-6;

/** How a predicted rating becomes the probability of a like. */
export interface LikingRule {
  /** The lowest rating that counts as liked. */
  readonly likeThreshold: number;
  /** Distance of neighbouring ratings. True ratings are rounded, so half of it is subtracted from the threshold. */
  readonly step: number;
  /** Standard deviation of true ratings around predicted ones: the held-out RMSE. */
  readonly spread: number;
}

/**
 * Log-odds that the rating is at least `likeThreshold`, given its prediction: `Phi((predicted - (likeThreshold - step / 2)) / spread)`,
 * approximated by the closest logistic function.
 */
export function likeLogit(predicted: number, { likeThreshold, step, spread }: LikingRule): number {
  return (LOGISTIC_TO_NORMAL * (predicted - (likeThreshold - step / 2))) / Math.max(spread, MIN_SPREAD);
}

/** Probability that the rating is at least `likeThreshold`, given its prediction. */
export function likeProbability(predicted: number, rule: LikingRule): number {
  return 1 / (1 + Math.exp(-likeLogit(predicted, rule)));
}

/** The step of the grid that all ratings are on: 1, or 0.5; otherwise 0. */
export function ratingStep(values: Float32Array): number {
  const on = (step: number): boolean => values.every((value) => Number.isInteger(value / step));
  return [1, 0.5].find(on) ?? 0;
}
