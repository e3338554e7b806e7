/** The logistic function with this slope is nearest to the normal distribution function (S. R. Bowling et al. 2009). */
export const LOGISTIC_TO_NORMAL = 1.702;

/** Ratings that are all predicted exactly still leave this much room, so that log-odds stay finite. In units of the scale. */
const LEAST_SPREAD = 1e-6;

/** What a predicted rating says of a liking. */
export interface LikingRule {
  /** A user likes an item that they would rate this high or higher. */
  readonly likeThreshold: number;
  /** Distance of neighbouring ratings: the true rating is rounded, so that half of it is allowed. */
  readonly step: number;
  /** How far true ratings lie from predicted ones: their held-out RMSE. */
  readonly spread: number;
}

/**
 * The log-odds that a rating is `likeThreshold` or more, given its prediction: those of
 * `Phi((predicted - (likeThreshold - step / 2)) / spread)`, by the logistic function that is nearest to it.
 */
export function likeLogit(predicted: number, { likeThreshold, step, spread }: LikingRule): number {
  return (LOGISTIC_TO_NORMAL * (predicted - (likeThreshold - step / 2))) / Math.max(spread, LEAST_SPREAD);
}

/** The same as a probability. */
export function likeProbability(predicted: number, rule: LikingRule): number {
  return 1 / (1 + Math.exp(-likeLogit(predicted, rule)));
}

/** The grid on which ratings lie: 1 where all are whole, 0.5 where all are halves of something, else 0 for none. */
export function ratingStep(values: Float32Array): number {
  const on = (step: number): boolean => values.every((value) => Number.isInteger(value / step));
  return [1, 0.5].find(on) ?? 0;
}
