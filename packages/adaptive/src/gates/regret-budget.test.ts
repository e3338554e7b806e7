import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PolicyDifference } from './policy-comparison.js';
import { affordableShare, checkRegretBudget, type GapPrior, type RegretBudget } from './regret-budget.js';

const exactly = (difference: number, reward: number): PolicyDifference => ({
  ...{ difference, reward, differenceVariance: 0, rewardVariance: 0, covariance: 0 },
});
const NOTHING: GapPrior = { gap: 0, share: 0 };

/** What the mixture is feared to lose beyond the budget, `u D - beta R` and its standard errors. */
function feared(found: PolicyDifference, u: number, beta: number, budget: RegretBudget, { gap, share }: GapPrior) {
  const [ofDifference, ofReward] = [(1 - share) * u, share * gap * u - beta];
  const variance =
    ofDifference ** 2 * found.differenceVariance +
    2 * ofDifference * ofReward * found.covariance +
    ofReward ** 2 * found.rewardVariance;
  const loss = ofDifference * found.difference + ofReward * found.reward;
  return loss + budget.zScore * Math.sqrt(Math.max(0, variance));
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('by hand: the share at which the budget is lost', () => {
  const budget = checkRegretBudget({ regretBudget: 0.2, budgetRampInteractions: 0, maxPretrainedWeight: 1 });
  // A gap of 0.8: (1 - w) 0.8 = 0.2.
  expect(affordableShare(exactly(0.08, 0.1), 1, budget)).toBeCloseTo(0.75, 12);
  expect(affordableShare(exactly(0.01, 0.1), 1, budget)).toBe(0);
  expect(affordableShare(exactly(-0.01, 0.1), 1, budget)).toBe(0);
  // Half of a gap of 0.8 is measured, half of it presumed to be 1.
  expect(affordableShare(exactly(0.08, 0.1), 1, budget, { gap: 1, share: 0.5 })).toBeCloseTo(1 - 0.2 / 0.9, 12);
  // A quarter of the time: a sixteenth of the budget.
  const growing = checkRegretBudget({ regretBudget: 0.2, budgetRampInteractions: 400, maxPretrainedWeight: 1 });
  expect(affordableShare(exactly(0.08, 0.1), 100, growing)).toBeCloseTo(1 - 0.2 / 16 / 0.8, 12);
});

test('of all shares it is the least that is feared to lose no more than the budget', () => {
  const uncertain = fc
    .record({
      difference: number(-2, 2),
      reward: number(-1, 1),
      a: number(0, 0.5),
      b: number(0, 0.5),
      rho: number(-1, 1),
    })
    .map(({ difference, reward, a, b, rho }) => ({
      ...{ difference, reward, differenceVariance: a ** 2, rewardVariance: b ** 2, covariance: rho * a * b },
    }));
  const options = fc.record({ regretBudget: share, zScore: number(0, 3), maxPretrainedWeight: share });
  const presumption = fc.record({ gap: number(0, 2), share });
  fc.assert(
    fc.property(uncertain, options, presumption, number(0.01, 1), (found, given, presumed, passed) => {
      const budget = checkRegretBudget({ ...given, budgetRampInteractions: 50_000 });
      const weight = affordableShare(found, passed * 50_000, budget, presumed);
      const beta = budget.regretBudget * passed ** 2;
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(budget.maxPretrainedWeight);
      // Within the budget, unless nothing is and it is as great as it may be.
      if (weight < budget.maxPretrainedWeight)
        expect(feared(found, 1 - weight, beta, budget, presumed)).toBeLessThan(1e-6);
      // And none that is less would do.
      for (let k = 1; k <= 20; k++) {
        const less = weight * (1 - k / 20);
        if (less < weight - 1e-6) expect(feared(found, 1 - less, beta, budget, presumed)).toBeGreaterThan(-1e-6);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['nothing was earned by either', exactly(0, 0)],
  [
    'the pre-trained policy earns nothing, and the online policy perhaps more',
    { ...exactly(-0.1, 0), differenceVariance: 0.02 },
  ],
  ['the reward is lost in its error', { ...exactly(0.05, 0.1), differenceVariance: 0.01, rewardVariance: 0.04 }],
  ['rewards are negative', exactly(0.1, -0.5)],
])('the greatest share stays where %s', (_what, found) => {
  const budget = checkRegretBudget({ budgetRampInteractions: 0 });
  expect(affordableShare(found, 1, budget)).toBe(0.98);
  expect(affordableShare(found, 1, budget, NOTHING)).toBe(0.98);
});

test('a reward that is next to nothing divides nothing: the share moves evenly with it, and opens to a better policy', () => {
  const budget = checkRegretBudget({ budgetRampInteractions: 0, maxPretrainedWeight: 1 });
  for (const reward of [1e-3, 1e-9, 1e-300, 0]) {
    expect(affordableShare(exactly(0.1, reward), 1, budget)).toBeCloseTo(1 - (0.5 * reward) / 0.1, 12);
    expect(affordableShare({ ...exactly(-0.1, reward), differenceVariance: 0.05 ** 2 }, 1, budget)).toBe(0);
  }
});
