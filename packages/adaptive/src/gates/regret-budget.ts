import { checkNumber, checkShare } from '@ialp/core';
import type { PolicyDifference } from './policy-comparison.js';

/** What may be paid for learning. Options that the return-adaptive gates have in common. */
export interface RegretBudgetOptions {
  /**
   * Share of the pre-trained policy's reward that may be given up at a time, for the online policy to learn from what it does
   * itself. From 0 to 1; at 1 nothing holds it back. Default 0.5.
   */
  readonly regretBudget?: number;
  /**
   * Interactions until all of that may be given up; up to there the budget grows with their square. The first people are
   * served best, and later ones pay for what all after them have. It is no horizon: how long the deployment lasts does not
   * matter. Default 20,000.
   */
  readonly budgetRampInteractions?: number;
  /** Standard errors by which the online policy is thought worse than it was measured. Default 1. */
  readonly zScore?: number;
  /** The greatest share of the pre-trained policy, and its first: below 1, as the other has to be seen. Default 0.98. */
  readonly maxPretrainedWeight?: number;
}

/** The same, complete and checked. */
export type RegretBudget = Required<RegretBudgetOptions>;

/** @throws {InvalidOptionError} */
export function checkRegretBudget(options: RegretBudgetOptions): RegretBudget {
  const { regretBudget = 0.5, budgetRampInteractions = 20_000, zScore = 1, maxPretrainedWeight = 0.98 } = options;
  checkShare('regretBudget', regretBudget);
  checkShare('maxPretrainedWeight', maxPretrainedWeight);
  checkNumber('budgetRampInteractions', budgetRampInteractions, 0);
  checkNumber('zScore', zScore, 0);
  return { regretBudget, budgetRampInteractions, zScore, maxPretrainedWeight };
}

/** What was presumed of the online policy before it was seen. */
export interface GapPrior {
  /** Share of the pre-trained policy's reward by which the online policy is presumed to fall short. */
  readonly gap: number;
  /** From 0 to 1: how much that counts beside what was measured. */
  readonly share: number;
}

/** Relative differences of this size are rounding. */
const ROUNDING = 1e-12;

const NO_PRIOR: GapPrior = { gap: 0, share: 0 };

/**
 * The least share `w` of the pre-trained policy at which the mixture loses no more than the budget allows, by as many
 * standard errors as `zScore` says. With `D` by which the online policy falls short, `R` the pre-trained policy's reward,
 * `beta` the share of it that may be lost by now, and `u = 1 - w`, it is the greatest `u` with
 *
 * `u D - beta R + zScore SE(u D - beta R) <= 0`
 *
 * (Fieller 1954: the bound of a ratio of two estimates, which needs no division by the reward). Where a gap is presumed, it
 * takes the place of a part of `D`.
 *
 * Where the reward of the pre-trained policy is not shown to be above 0 there is nothing that could be given up. Then it has
 * the greatest share, unless the online policy is shown to earn more.
 */
export function affordableShare(
  { difference, reward, differenceVariance, rewardVariance, covariance }: PolicyDifference,
  interactions: number,
  budget: RegretBudget,
  prior = NO_PRIOR,
): number {
  const { regretBudget, budgetRampInteractions, zScore, maxPretrainedWeight } = budget;
  const grown = budgetRampInteractions === 0 ? 1 : Math.min(1, interactions / budgetRampInteractions) ** 2;
  const beta = regretBudget * grown;
  const measured = 1 - prior.share;
  const presumed = prior.share * prior.gap;
  // What is lost is intercept + slope u; its variance is v0 + v1 u + v2 u^2.
  const intercept = -beta * reward;
  const slope = measured * difference + presumed * reward;
  const v0 = beta ** 2 * rewardVariance;
  const v1 = -2 * beta * (measured * covariance + presumed * rewardVariance);
  const v2 = measured ** 2 * differenceVariance + 2 * measured * presumed * covariance + presumed ** 2 * rewardVariance;
  const feared = intercept + slope + zScore * Math.sqrt(Math.max(0, v0 + v1 + v2));
  if (feared < 0 || (feared === 0 && reward > 0)) return 0;
  // Where the line meets the error. What is feared is convex in u and above 0 at u = 1: of two such places the greater one.
  const affordable = rootsOf(
    slope ** 2 - zScore ** 2 * v2,
    2 * intercept * slope - zScore ** 2 * v1,
    intercept ** 2 - zScore ** 2 * v0,
  ).filter((u) => u >= 0 && u <= 1 && intercept + slope * u <= ROUNDING * Math.abs(intercept));
  return Math.min(maxPretrainedWeight, 1 - Math.max(0, ...affordable));
}

/** The real roots of `a x^2 + b x + c`. */
function rootsOf(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const discriminant = b ** 2 - 4 * a * c;
  // Without an error there is one root twice, which rounding may miss.
  const isDouble = Math.abs(discriminant) <= ROUNDING * b ** 2;
  if (discriminant < 0 && !isDouble) return [];
  const far = -(b + (b < 0 ? -1 : 1) * Math.sqrt(isDouble ? 0 : discriminant)) / 2;
  return far === 0 ? [0] : [far / a, c / far];
}
