import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { ExitRule } from './termination-rule.js';

/**
 * Rounding in a sum of costs: rewards are in single precision, which is right to 6e-8 of a value, and costs such as 0.1 have
 * no exact binary form. Ten of them take 1 off a budget of 2, and leave 1, not less.
 */
const ROUNDING = { relative: 1e-6, greatest: 1e-3 } as const;

/** Options of `satisfactionBudget`. Rewards are counted in the unit of the environment. */
export interface SatisfactionBudgetOptions {
  /** What the person brings along. Above 0. */
  readonly budget: number;
  /** A turn with this reward or more costs nothing. */
  readonly satisfied: number;
  /** The most that one turn can cost. Default `satisfied`, which a turn without reward costs. */
  readonly greatestCost?: number;
  /** What a unit of missing reward costs. Default 1. */
  readonly scale?: number;
}

/**
 * The person has a budget of goodwill (the "temper" of KuaiSim, arXiv 2309.12645): each turn takes off
 * `min(greatestCost, scale max(0, satisfied - reward))`, and they leave when less than 1 is left (by more than a millionth of
 * the budget, which is rounding). It never grows back.
 *
 * KuaiSim's own whole-session environment is `{ budget, satisfied: 2, greatestCost: 2 }`, with a reward that is the mean
 * over the slate of the sum of its weighted behaviours.
 * @throws {InvalidOptionError}
 */
export function satisfactionBudget(options: SatisfactionBudgetOptions): ExitRule {
  checkOptions(options, '{ budget: 5, satisfied: 1 }');
  const { budget, satisfied, greatestCost = satisfied, scale = 1 } = options;
  for (const [option, value] of Object.entries({ budget, satisfied, greatestCost, scale })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
  const least = 1 - Math.min(ROUNDING.greatest, ROUNDING.relative * Math.max(1, budget));
  return {
    window: 0,
    stateSize: 1,
    begin(state) {
      state[0] = budget;
    },
    leaves(session, _random, state) {
      state[0] -= Math.min(greatestCost, scale * Math.max(0, satisfied - session.reward));
      return state[0] < least;
    },
  };
}
