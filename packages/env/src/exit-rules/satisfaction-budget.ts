import { InvalidOptionError } from '../errors.js';
import type { ExitRule } from './exit-rule.js';

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
 * `min(greatestCost, scale max(0, satisfied - reward))`, and they leave when less than 1 is left. It never grows back.
 *
 * KuaiSim's own whole-session environment is `{ budget, satisfied: 2, greatestCost: 2 }`, with a reward that is the mean
 * over the slate of the sum of its weighted behaviours.
 * @throws {InvalidOptionError}
 */
export function satisfactionBudget(options: SatisfactionBudgetOptions): ExitRule {
  const { budget, satisfied, greatestCost = satisfied, scale = 1 } = options;
  for (const [option, value] of Object.entries({ budget, satisfied, greatestCost, scale })) {
    if (!(value > 0 && Number.isFinite(value))) throw new InvalidOptionError(option, value, 'a finite number above 0');
  }
  return {
    window: 0,
    stateSize: 1,
    begin(state) {
      state[0] = budget;
    },
    leaves(session, _random, state) {
      state[0] -= Math.min(greatestCost, scale * Math.max(0, satisfied - session.reward));
      return state[0] < 1;
    },
  };
}
