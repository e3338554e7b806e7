import { checkNumber, checkShare } from '@ialp/core';
import type { PolicyDifference } from './policy-comparison.js';

/** Regret that learning may cause. Options of both return-adaptive gates. */
export interface RegretBudgetOptions {
  /**
   * Largest share of the pre-trained policy's reward that learning may cost, so that the online policy can learn from its own
   * actions. From 0 to 1; 1 sets no limit. Default 0.5.
   */
  readonly regretBudget?: number;
  /**
   * Interactions after which the full budget is available. Before, the budget is proportional to the square of the interactions so
   * far, so that the first users are served best.
   * Not a horizon: it does not depend on the length of the deployment. Default 20,000.
   */
  readonly budgetRampInteractions?: number;
  /** Standard errors subtracted from the online policy's estimated reward. Default 1. */
  readonly zScore?: number;
  /** Largest, and initial, weight of the pre-trained policy: below 1, so that the online policy is observed. Default 0.98. */
  readonly maxPretrainedWeight?: number;
}

/** Names of the options. */
export const REGRET_BUDGET_NAMES: readonly (keyof RegretBudgetOptions)[] = [
  'regretBudget',
  'budgetRampInteractions',
  'zScore',
  'maxPretrainedWeight',
];

/** Checked options with defaults. */
export type RegretBudget = Required<RegretBudgetOptions>;

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} */
export function checkRegretBudget(options: RegretBudgetOptions): RegretBudget {
  const { regretBudget = 0.5, budgetRampInteractions = 20_000, zScore = 1, maxPretrainedWeight = 0.98 } = options;
  checkShare('regretBudget', regretBudget);
  checkShare('maxPretrainedWeight', maxPretrainedWeight);
  checkNumber('budgetRampInteractions', budgetRampInteractions, 0);
  checkNumber('zScore', zScore, 0);
  return { regretBudget, budgetRampInteractions, zScore, maxPretrainedWeight };
}

/** Prior for the gap of the online policy. */
export interface GapPrior {
  /** Share of the pre-trained policy's reward by which the online policy falls short a priori. */
  readonly gap: number;
  /** Weight of the prior against the measurement, from 0 to 1. */
  readonly share: number;
}

/** Relative rounding error. */
const ROUNDING = 1e-12;

const NO_PRIOR: GapPrior = { gap: 0, share: 0 };

/**
 * The smallest weight `w` of the pre-trained policy at which the mixture loses no more than the budget, with a margin of `zScore`
 * standard errors. With the online policy's shortfall `D`, the pre-trained policy's reward `R`, the share `beta` of it that may be
 * lost by now, and `u = 1 - w`, it is given by the largest `u` with
 *
 * `u D - beta R + zScore SE(u D - beta R) <= 0`
 *
 * (Fieller 1954: a confidence bound for a ratio of two estimates without dividing by the reward). A prior for the gap replaces a
 * part of `D`.
 *
 * If the pre-trained policy's reward is not shown to be above 0, there is no budget: it has the largest weight unless the online
 * policy is shown to earn more.
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
  const fromPrior = prior.share * prior.gap;
  // The loss is intercept + slope u; its variance is v0 + v1 u + v2 u^2.
  const intercept = -beta * reward;
  const slope = measured * difference + fromPrior * reward;
  const v0 = beta ** 2 * rewardVariance;
  const v1 = -2 * beta * (measured * covariance + fromPrior * rewardVariance);
  const v2 =
    measured ** 2 * differenceVariance + 2 * measured * fromPrior * covariance + fromPrior ** 2 * rewardVariance;
  const worstLoss = intercept + slope + zScore * Math.sqrt(Math.max(0, v0 + v1 + v2));
  if (worstLoss < 0 || (worstLoss === 0 && reward > 0)) return 0;
  // The roots of loss + zScore * error. This bound is convex in u and above 0 at u = 1, so the larger root is the answer.
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
  // Without an error there is a double root, which rounding may miss.
  const isDouble = Math.abs(discriminant) <= ROUNDING * b ** 2;
  if (discriminant < 0 && !isDouble) return [];
  const far = -(b + (b < 0 ? -1 : 1) * Math.sqrt(isDouble ? 0 : discriminant)) / 2;
  return far === 0 ? [0] : [far / a, c / far];
}
