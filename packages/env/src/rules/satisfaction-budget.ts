import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/**
 * Tolerance for rounding in a sum of costs: rewards in single precision have a relative error of 6e-8, and costs such as 0.1 have
 * no exact binary form. Ten costs of 0.1 take 1 off a budget of 2, and must leave 1, not less.
 */
const TOLERANCE = { relative: 1e-6, maximum: 1e-3 } as const;

/** Options of `createSatisfactionBudgetRule`. Rewards are in the unit of the environment. */
export interface SatisfactionBudgetRuleOptions {
  /** The budget at the start of a session. At least 1. */
  readonly budget: number;
  /** A turn with this reward or more costs nothing. */
  readonly satisfiedReward: number;
  /** The highest cost of one turn. Default `satisfiedReward`, the cost of a turn without reward. */
  readonly maxCost?: number;
  /** Cost of a unit of missing reward. Default 1. */
  readonly costScale?: number;
}

/**
 * The user has a budget of goodwill (the "temper" of KuaiSim, arXiv 2309.12645). Each turn costs
 * `min(maxCost, costScale max(0, satisfiedReward - reward))`, and the user leaves when less than 1 is left (by more than the
 * rounding error, a millionth of the budget). The budget never recovers.
 *
 * KuaiSim's whole-session environment is `{ budget, satisfiedReward: 2, maxCost: 2 }`, with the mean over the slate of the sum
 * of its weighted behaviours as reward.
 * @throws {InvalidOptionError}
 */
export function createSatisfactionBudgetRule(options: SatisfactionBudgetRuleOptions): TerminationRule {
  checkOptions(options, '{ budget: 5, satisfiedReward: 1 }', ['budget', 'satisfiedReward', 'maxCost', 'costScale']);
  const { budget, satisfiedReward, maxCost = satisfiedReward, costScale = 1 } = options;
  for (const [option, value] of Object.entries({ budget, satisfiedReward, maxCost, costScale })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
  if (budget < 1) throw new InvalidOptionError('budget', budget, 'at least 1: users leave when less than 1 is left');
  const minimum = 1 - Math.min(TOLERANCE.maximum, TOLERANCE.relative * Math.max(1, budget));
  return {
    specificationVersion: 'v1',
    window: 0,
    stateSize: 1,
    begin(state) {
      state[0] = budget;
    },
    terminates(session, _random, state) {
      state[0] -= Math.min(maxCost, costScale * Math.max(0, satisfiedReward - session.reward));
      return state[0] < minimum;
    },
  };
}
