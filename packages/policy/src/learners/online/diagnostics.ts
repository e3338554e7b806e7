/** How far a batch's action probabilities have moved from those before the update. */
export interface PolicyChange {
  /** Estimate of `KL(pi_old, pi)` in nats: the mean of `(ratio - 1) - log ratio` (Schulman 2020, "Approximating KL divergence"). */
  readonly approximateKl: number;
  /** Share of the transitions whose ratio is outside `1 - clip` to `1 + clip`. */
  readonly clipFraction: number;
}

/** The change before the first optimiser step. */
export const NO_CHANGE: PolicyChange = { approximateKl: 0, clipFraction: 0 };

/** Smaller ratios count as this: an action that the policy cannot choose any more would make the divergence infinite. */
const MIN_RATIO = 1e-8;

/**
 * Measures the change of a policy on a batch.
 * @param ratio `[rows]`: `pi(a|s) / pi_old(a|s)`; rows that are not finite, of actions that could not be chosen before, are left out.
 * @param clip `epsilon` of PPO.
 */
export function policyChange(ratio: Float64Array, clip: number): PolicyChange {
  let [rows, divergence, clipped] = [0, 0, 0];
  for (const value of ratio) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) continue;
    rows++;
    divergence += value - 1 - Math.log(Math.max(value, MIN_RATIO));
    if (Math.abs(value - 1) > clip) clipped++;
  }
  return rows === 0 ? NO_CHANGE : { approximateKl: divergence / rows, clipFraction: clipped / rows };
}

/**
 * The share of the variance of the critic's targets that its values explain: `1 - Var(target - value) / Var(target)`. 1 is perfect, 0 no
 * better than a constant, below 0 worse. Returns `{}` if the targets do not vary.
 */
export function explainedVariance(
  value: Float32Array,
  target: Float32Array,
): { readonly explainedVariance: number } | Record<string, never> {
  const total = variance(target);
  if (total === 0) return {};
  return { explainedVariance: 1 - variance(target.map((goal, row) => goal - value[row])) / total };
}

function variance(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
