import { createRandom } from '@ialp/env';
import { beforeAll, describe, expect, test } from 'vitest';
import { cholesky, solveCholesky } from './cholesky.js';
import type { Preference } from './distill.js';
import type { ItemSpace } from './item-space.js';
import { type FittedRewardModel, fitRewardModel } from './logistic-reward-model.js';
import { expectedCalibrationError, pairwiseAuc } from './reward-model-quality.js';
import { Taste } from './taste.js';
import { makeSpace } from './test-space.js';

let space: ItemSpace;
beforeAll(async () => {
  space = await makeSpace();
});

const PLANTED = [-0.5, 0.8, 3, -1.5];

/** Answers drawn from known weights: yes or no, or graded with the likelihood itself. */
function makePreferences(count: number, graded: boolean, seed = 1): Preference[] {
  const random = createRandom(seed);
  const features = new Float64Array(4);
  return Array.from({ length: count }, () => {
    const items = Array.from({ length: random.integer(6) }, () => random.integer(12));
    const state = { items, feedback: items.map(() => random.integer(2)) };
    const candidates = [0, 1, 2, 3, 4].map((k) => (k + random.integer(12)) % 12);
    const taste = new Taste(space, state);
    const likelihood = candidates.map((item) => {
      taste.features(item, features);
      const p = 1 / (1 + Math.exp(-PLANTED.reduce((sum, weight, k) => sum + weight * features[k], 0)));
      return graded ? p : random.uniform() < p ? 1 : 0;
    });
    return { state, candidates, likelihood, model: 'planted', promptVersion: 'v1', raw: '' };
  });
}

const fit = (preferences: readonly Preference[], options = {}): FittedRewardModel =>
  fitRewardModel({ preferences, space, random: createRandom(9), ...options });

describe('fitRewardModel', () => {
  test('finds the weights that were planted, from graded answers exactly', () => {
    const { weights } = fit(makePreferences(300, true), { precision: 1e-6 });
    for (const [k, weight] of weights.entries()) expect(weight).toBeCloseTo(PLANTED[k], 3);
  });

  test('finds them from yes and no within a few standard errors, and says how well it predicts', () => {
    const { weights, heldOut } = fit(makePreferences(4000, false));
    for (const [k, weight] of weights.entries()) expect(Math.abs(weight - PLANTED[k])).toBeLessThan(0.25);
    expect(heldOut!.preferences).toBeGreaterThan(600);
    expect(heldOut!.auc).toBeGreaterThan(0.75);
    expect(heldOut!.calibrationError).toBeLessThan(0.04);
  });

  test('is surer the more it was told, and of what it was told about', () => {
    const doubt = (model: FittedRewardModel, item: number): number =>
      model.person({ items: [0, 2, 4], feedback: [1, 1, 1] }).likelihood(item).logitDeviation;
    const [few, many] = [fit(makePreferences(20, false)), fit(makePreferences(2000, false))];
    expect(doubt(many, 6)).toBeLessThan(doubt(few, 6) / 3);
    expect(doubt(many, 6)).toBeGreaterThan(0);
  });

  test('follows a person as they meet items', () => {
    const model = fit(makePreferences(300, true));
    const person = model.person({ items: [], feedback: [] });
    const before = person.likelihood(8).mean;
    person.observe(0, 1);
    person.observe(2, 1);
    const after = person.likelihood(8).mean;
    expect(after).toBeGreaterThan(before);
    expect(model.person({ items: [0, 2], feedback: [1, 1] }).likelihood(8).mean).toBe(after);
  });

  test('does not run away where all answers are alike', () => {
    const alike = makePreferences(30, true).map((p) => ({ ...p, likelihood: p.likelihood.map(() => 1) }));
    const { mean } = fit(alike).person({ items: [], feedback: [] }).likelihood(0);
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThanOrEqual(1);
  });

  test('of one answer holds none out', () => {
    expect(fit(makePreferences(1, true), { heldOutShare: 0 }).heldOut).toBeNull();
  });

  test.each([
    [{ preferences: [] }, /preferences/],
    [{ heldOutShare: 1 }, /heldOutShare/],
    [{ precision: 0 }, /precision/],
  ])('refuses %o', (options, message) => {
    expect(() => fit(makePreferences(3, true), options)).toThrow(message);
  });
});

describe('quality, worked out by hand', () => {
  test('AUC counts pairs within a question; a tie counts half', () => {
    expect(pairwiseAuc([{ truth: [1, 0, 0], predicted: [0.9, 0.1, 0.95] }])).toBe(0.5);
    expect(pairwiseAuc([{ truth: [1, 0], predicted: [0.4, 0.4] }])).toBe(0.5);
    expect(pairwiseAuc([{ truth: [0.9, 0.5, 0.1], predicted: [3, 2, 1] }])).toBe(1);
    // Across questions nothing is compared: the second question's low scores do not count against it.
    expect(
      pairwiseAuc([
        { truth: [1, 0], predicted: [0.9, 0.8] },
        { truth: [1, 0], predicted: [0.2, 0.1] },
      ]),
    ).toBe(1);
    expect(pairwiseAuc([{ truth: [1, 1], predicted: [0, 1] }])).toBeNaN();
  });

  test('calibration error weighs bins by how full they are', () => {
    const questions = [{ truth: [1, 0, 1, 1], predicted: [0.05, 0.05, 0.95, 1] }];
    // Bin 0: says 0.05, is 0.5, two answers. Bin 9: says 0.975, is 1, two answers.
    expect(expectedCalibrationError(questions)).toBeCloseTo((2 * 0.45 + 2 * 0.025) / 4, 12);
  });
});

test('cholesky, worked out by hand: [[4, 2], [2, 5]] = L L^T with L = [[2, 0], [1, 2]]', () => {
  const factor = cholesky(Float64Array.of(4, 0, 2, 5), 2);
  expect([...factor]).toEqual([2, 0, 1, 2]);
  const x = solveCholesky(factor, Float64Array.of(8, 12));
  expect([...x]).toEqual([1, 2]);
});
