import { InvalidOptionError } from '../errors.js';
import { requireShare } from '../options.js';

/** What may be paid for learning. Options that the return-adaptive gates have in common. */
export interface LossBudgetOptions {
  /**
   * Share of the pre-trained policy's reward that may be given up at a time, for the online policy to learn from what it does
   * itself. From 0 to 1; at 1 nothing holds it back. Default 0.5.
   */
  readonly lossBudget?: number;
  /**
   * Interactions until all of that may be given up; up to there the budget grows with their square. The first people are
   * served best, and later ones pay for what all after them have. It is no horizon: how long the deployment lasts does not
   * matter. Default 20,000.
   */
  readonly fullBudgetAfter?: number;
  /** Standard errors by which the online policy is thought worse than it was measured. Default 1. */
  readonly certainty?: number;
  /** The greatest share of the pre-trained policy, and its first: below 1, as the other has to be seen. Default 0.98. */
  readonly most?: number;
}

/** The same, complete and checked. */
export type LossBudget = Required<LossBudgetOptions>;

/** @throws {InvalidOptionError} */
export function requireLossBudget(options: LossBudgetOptions): LossBudget {
  const { lossBudget = 0.5, fullBudgetAfter = 20_000, certainty = 1, most = 0.98 } = options;
  requireShare('lossBudget', lossBudget);
  requireShare('most', most);
  if (!(fullBudgetAfter >= 0 && fullBudgetAfter < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('fullBudgetAfter', fullBudgetAfter, 'a number of at least 0');
  }
  if (!(certainty >= 0 && certainty < Number.POSITIVE_INFINITY)) {
    throw new InvalidOptionError('certainty', certainty, 'a number of at least 0');
  }
  return { lossBudget, fullBudgetAfter, certainty, most };
}

/**
 * The least share of the pre-trained policy at which the mixture loses no more than the budget allows. With `gap`, the share
 * of its reward by which the online policy falls short, the mixture loses `(1 - w) gap`, so `w = 1 - budget / gap`; 0
 * where there is no gap.
 */
export function affordableShare(gap: number, interactions: number, budget: LossBudget): number {
  if (!(gap > 0)) return 0;
  const { lossBudget, fullBudgetAfter, most } = budget;
  const grown = fullBudgetAfter === 0 ? 1 : Math.min(1, interactions / fullBudgetAfter) ** 2;
  return Math.min(most, Math.max(0, 1 - (lossBudget * grown) / gap));
}
