import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminationsOf } from '../test-support/session.js';
import { createSatisfactionBudgetRule } from './satisfaction-budget.js';

const turns = (feedback: number[], options: Parameters<typeof createSatisfactionBudgetRule>[0]): boolean[] =>
  terminationsOf(createSatisfactionBudgetRule(options), [...feedback.keys()], { feedback });

test('a turn costs what it lacks, and the user leaves below 1', () => {
  // KuaiSim's rule by hand, budget 5: 5 - 2 = 3, 3 - 1.5 = 1.5, 1.5 - 0 = 1.5, 1.5 - 0.5 = 1, 1 - 0.25 = 0.75.
  expect(turns([0, 0.5, 3, 1.5, 1.75], { budget: 5, satisfiedReward: 2 })).toEqual([false, false, false, false, true]);
});

test('a turn costs no more than the greatest cost, and each session has a budget of its own', () => {
  const options = { budget: 3, satisfiedReward: 2, maxCost: 1, costScale: 4 };
  expect(turns([0, 0, 0], options)).toEqual([false, false, true]);
  expect(turns([0, 0, 0], options)).toEqual([false, false, true]);
});

test('rounding makes nobody leave: costs that take a budget to exactly 1 leave 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (turnsToOne, tenths) => {
      // In exact arithmetic the budget is 1 after `turnsToOne` turns, and less after one more.
      const options = { budget: 1 + (turnsToOne * tenths) / 10, satisfiedReward: 1 };
      const feedback = new Array<number>(turnsToOne + 1).fill(Math.fround(1 - tenths / 10));
      expect(turns(feedback, options).indexOf(true)).toBe(turnsToOne);
    }),
  );
  const satisfied = new Array<number>(50).fill(Math.fround(0.7));
  expect(turns(satisfied, { budget: 1, satisfiedReward: 0.7 })).not.toContain(true);
});

test('agrees with KuaiSim: temper += clip(reward - 2, -2, 0); leave when temper < 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 12 })), (budget, quarters) => {
      const rewards = quarters.map((value) => value / 4);
      let temper = budget;
      const expected = rewards.map((reward) => {
        temper += Math.max(-2, Math.min(0, reward - 2));
        return temper < 1;
      });
      expect(turns(rewards, { budget, satisfiedReward: 2, maxCost: 2 })).toEqual(expected);
    }),
  );
});

test('refuses invalid budgets and costs', () => {
  expect(() => createSatisfactionBudgetRule(undefined as never)).toThrow(/options: expected an object/);
  expect(() => createSatisfactionBudgetRule({ budget: 0, satisfiedReward: 1 })).toThrow(
    /budget: expected a finite number above 0; found 0/,
  );
  expect(() => createSatisfactionBudgetRule({ budget: 5, satisfiedReward: Number.NaN })).toThrow(/satisfiedReward/);
  expect(() => createSatisfactionBudgetRule({ budget: 5, satisfiedReward: 1, costScale: -1 })).toThrow(/costScale/);
  expect(() => createSatisfactionBudgetRule({ budget: 0.5, satisfiedReward: 1 })).toThrow(
    /budget: expected at least 1: users leave when less than 1 is left; found 0.5/,
  );
});
