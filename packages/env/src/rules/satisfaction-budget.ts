import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/**
 * Rounding in a sum of costs: rewards are in single precision, which is right to 6e-8 of a value, and costs such as 0.1 have
 * no exact binary form. Ten of them take 1 off a budget of 2, and leave 1, not less.
 */
const ROUNDING = { relative: 1e-6, greatest: 1e-3 } as const;

/** Options of `createSatisfactionBudgetRule`. Rewards are counted in the unit of the environment. */
export interface SatisfactionBudgetRuleOptions {
  /** What the person brings along. Above 0. */
  readonly budget: number;
  /** A turn with this reward or more costs nothing. */
  readonly satisfiedReward: number;
  /** The most that one turn can cost. Default `satisfiedReward`, which a turn without reward costs. */
  readonly maxCost?: number;
  /** What a unit of missing reward costs. Default 1. */
  readonly costScale?: number;
}

/**
 * The person has a budget of goodwill (the "temper" of KuaiSim, arXiv 2309.12645): each turn takes off
 * `min(maxCost, costScale max(0, satisfiedReward - reward))`, and they leave when less than 1 is left (by more than a millionth of
 * the budget, which is rounding). It never grows back.
 *
 * KuaiSim's own whole-session environment is `{ budget, satisfiedReward: 2, maxCost: 2 }`, with a reward that is the mean
 * over the slate of the sum of its weighted behaviours.
 * @throws {InvalidOptionError}
 */
export function createSatisfactionBudgetRule(options: SatisfactionBudgetRuleOptions): TerminationRule {
  checkOptions(options, '{ budget: 5, satisfiedReward: 1 }');
  const { budget, satisfiedReward, maxCost = satisfiedReward, costScale = 1 } = options;
  for (const [option, value] of Object.entries({ budget, satisfiedReward, maxCost, costScale })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
  const least = 1 - Math.min(ROUNDING.greatest, ROUNDING.relative * Math.max(1, budget));
  return {
    specificationVersion: 'v1',
    window: 0,
    stateSize: 1,
    begin(state) {
      state[0] = budget;
    },
    terminates(session, _random, state) {
      state[0] -= Math.min(maxCost, costScale * Math.max(0, satisfiedReward - session.reward));
      return state[0] < least;
    },
  };
}
