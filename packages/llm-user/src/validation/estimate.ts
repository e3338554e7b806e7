/** A mean over users with its 95 % confidence interval (normal approximation). */
export interface Estimate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959964;

/** The mean of one value per user; null for fewer than two values. */
export function estimate(values: readonly number[]): Estimate | null {
  const { length } = values;
  if (length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1);
  const half = Z * Math.sqrt(variance / length);
  return { mean, lower: mean - half, upper: mean + half };
}

/**
 * Area under the ROC curve: the probability that a liked item is ranked above one that was not liked; ties count half. NaN unless both
 * exist. Computed by ranks (Mann and Whitney 1947).
 */
export function areaUnderCurve(scores: readonly number[], labels: readonly number[]): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let liked = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    // Tied scores share the mean of their ranks.
    const rank = (start + 1 + end) / 2;
    for (let k = start; k < end; k++) {
      if (labels[order[k]] === 1) {
        rankSum += rank;
        liked++;
      }
    }
    start = end;
  }
  return (rankSum - (liked * (liked + 1)) / 2) / (liked * (scores.length - liked));
}
