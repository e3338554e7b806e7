import { createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { rewardModelChecks } from '../conformance/index.js';
import type { ItemEmbeddings } from '../models/embeddings/item-embeddings.js';
import type { Preference } from '../preferences/collect-preferences.js';
import { createSimilaritySource } from '../sources/similarity-source.js';
import { makeSpace } from '../test-support/catalogue.js';
import { type FittedRewardModel, fitRewardModel } from './logistic-reward-model.js';
import { expectedCalibrationError, pairwiseAuc } from './reward-model-quality.js';
import { UserProfile } from './user-profile.js';

let embeddings: ItemEmbeddings;
beforeAll(async () => {
  embeddings = await makeSpace();
});

const PLANTED = [-0.5, 0.8, 3, -1.5];

/** Answers drawn from known weights: yes or no, or graded with the probability itself. */
function makePreferences(count: number, graded: boolean, seed = 1): Preference[] {
  const random = createRandom(seed);
  const features = new Float64Array(4);
  return Array.from({ length: count }, () => {
    const items = Array.from({ length: random.integer(6) }, () => random.integer(12));
    const state = { items, feedback: items.map(() => random.integer(2)) };
    const candidates = [0, 1, 2, 3, 4].map((k) => (k + random.integer(12)) % 12);
    const profile = new UserProfile(embeddings, state);
    const probabilities = candidates.map((item) => {
      profile.features(item, features);
      const p = 1 / (1 + Math.exp(-PLANTED.reduce((sum, weight, k) => sum + weight * features[k], 0)));
      return graded ? p : random.uniform() < p ? 1 : 0;
    });
    return { state, candidates, probabilities, model: 'planted', promptVersion: 'v1', raw: '' };
  });
}

const fit = (preferences: readonly Preference[], options = {}): FittedRewardModel =>
  fitRewardModel({ preferences, embeddings, random: createRandom(9), ...options });

describe('a fitted reward model keeps the rules', () => {
  for (const check of rewardModelChecks(() => fit(makePreferences(200, true)))) test(check.name, check.run);
});

describe('fitRewardModel', () => {
  test('golden: eleven answers, fitted by another method', () => {
    const golden: ItemEmbeddings = {
      items: 4,
      dimension: 2,
      vectors: Float32Array.of(1, 0, 0, 1, 0.6, 0.8, -1, 0),
      popularity: Float32Array.of(1, 0.5, -0.5, -1),
      model: 'golden',
    };
    const asked: [items: number[], feedback: number[], candidates: number[], probabilities: number[]][] = [
      [[], [], [0, 1, 2, 3], [1, 1, 0, 0]],
      [
        [0, 3],
        [1, 0],
        [1, 2],
        [0, 1],
      ],
      [[1], [0.5], [0, 2, 3], [0.25, 0.75, 0]],
      [
        [2, 1, 0],
        [1, 1, 0],
        [3, 0],
        [0, 0],
      ],
    ];
    const preferences = asked.map(([items, feedback, candidates, probabilities]) => {
      return { state: { items, feedback }, candidates, probabilities, model: 'm', promptVersion: 'v1', raw: '' };
    });
    const model = fit(preferences, { embeddings: golden, precision: 0.5, heldOutShare: 0 });
    // A program of its own in Python: the mode by plain gradient descent to a gradient of 1e-13, the deviation from a
    // Hessian by central differences, inverted by Gauss-Jordan elimination.
    const expected = [-0.5864598833, 0.5234072979, 0.5371297018, -0.3555286614];
    for (const [k, weight] of model.weights.entries()) expect(weight).toBeCloseTo(expected[k], 6);
    const { mean, logitDeviation } = model.user({ items: [0], feedback: [1] }).probability(2);
    expect(mean).toBeCloseTo(0.3346952875, 6);
    expect(logitDeviation).toBeCloseTo(0.813917906, 6);
  });

  test('stops where the posterior is flat, whatever the answers', () => {
    const precision = 0.3;
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 12 }), fc.boolean(), (seed, count, graded) => {
        const preferences = makePreferences(count, graded, seed);
        const { weights } = fit(preferences, { precision });
        const slope = Float64Array.from(weights, (weight, k) => -(k === 0 ? 1e-6 : precision) * weight);
        const features = new Float64Array(4);
        for (const { state, candidates, probabilities } of preferences) {
          const profile = new UserProfile(embeddings, state);
          for (const [k, item] of candidates.entries()) {
            profile.features(item, features);
            const logit = features.reduce((sum, value, l) => sum + value * weights[l], 0);
            features.forEach((value, l) => {
              slope[l] += (probabilities[k] - 1 / (1 + Math.exp(-logit))) * value;
            });
          }
        }
        for (const value of slope) expect(Math.abs(value)).toBeLessThan(1e-6);
      }),
    );
  });

  test('finds the weights that were planted, from graded answers exactly', () => {
    const { weights } = fit(makePreferences(300, true), { precision: 1e-6 });
    for (const [k, weight] of weights.entries()) expect(weight).toBeCloseTo(PLANTED[k], 3);
  });

  test('finds them from yes and no within a few standard errors, and says how well it predicts', () => {
    const { weights, heldOut } = fit(makePreferences(4000, false));
    for (const [k, weight] of weights.entries()) expect(Math.abs(weight - PLANTED[k])).toBeLessThan(0.25);
    expect(heldOut!.questions).toBeGreaterThan(600);
    expect(heldOut!.auc).toBeGreaterThan(0.75);
    expect(heldOut!.calibrationError).toBeLessThan(0.04);
  });

  test('is surer the more it was told, and of what it was told about', () => {
    const doubt = (model: FittedRewardModel, item: number): number =>
      model.user({ items: [0, 2, 4], feedback: [1, 1, 1] }).probability(item).logitDeviation;
    const [few, many] = [fit(makePreferences(20, false)), fit(makePreferences(2000, false))];
    expect(doubt(many, 6)).toBeLessThan(doubt(few, 6) / 3);
    expect(doubt(many, 6)).toBeGreaterThan(0);
  });

  test('follows a user as they meet items', () => {
    const model = fit(makePreferences(300, true));
    const user = model.user({ items: [], feedback: [] });
    const before = user.probability(8).mean;
    user.observe(0, 1);
    user.observe(2, 1);
    const after = user.probability(8).mean;
    expect(after).toBeGreaterThan(before);
    expect(model.user({ items: [0, 2], feedback: [1, 1] }).probability(8).mean).toBe(after);
  });

  test('does not diverge when all answers are the same', () => {
    const allLiked = makePreferences(30, true).map((p) => ({ ...p, probabilities: p.probabilities.map(() => 1) }));
    const { mean } = fit(allLiked).user({ items: [], feedback: [] }).probability(0);
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThanOrEqual(1);
  });

  test('has no AUC when all answers are the same', () => {
    const allLiked = makePreferences(30, true).map((p) => ({ ...p, probabilities: p.probabilities.map(() => 1) }));
    const { heldOut } = fit(allLiked);
    expect(heldOut!.questions).toBeGreaterThan(0);
    expect(heldOut!.auc).toBeNull();
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
    expect(pairwiseAuc([{ truth: [1, 1], predicted: [0, 1] }])).toBeNull();
  });

  test('calibration error weighs bins by how full they are', () => {
    const questions = [{ truth: [1, 0, 1, 1], predicted: [0.05, 0.05, 0.95, 1] }];
    // Bin 0: says 0.05, is 0.5, two answers. Bin 9: says 0.975, is 1, two answers.
    expect(expectedCalibrationError(questions)).toBeCloseTo((2 * 0.45 + 2 * 0.025) / 4, 12);
  });
});

describe('what is no input', () => {
  const good = { state: { items: [0], feedback: [1] }, candidates: [1, 2], probabilities: [1, 0] };
  const embeddings = makeSpace();
  const fitTo = async (preference: object, change: object = {}) =>
    fitRewardModel({
      preferences: [good, preference as typeof good].map((each) => ({
        ...each,
        raw: '',
        model: 'm',
        promptVersion: 'v',
      })),
      embeddings: { ...(await embeddings), ...change },
      random: createRandom(1),
    });

  test.each<[object, object, RegExp]>([
    [
      { ...good, probabilities: [1, Number.NaN] },
      {},
      /preferences\[1\]\.probabilities\[1\]: expected a number from 0 to 1; found NaN/,
    ],
    [{ ...good, probabilities: ['1', '0'] }, {}, /probabilities\[0\]: expected a number from 0 to 1; found "1"/],
    [{ ...good, probabilities: [1] }, {}, /preferences\[1\]\.probabilities: expected 2 numbers/],
    [{ ...good, probabilities: [1, 2] }, {}, /found 2/],
    [{ ...good, candidates: [1, 12] }, {}, /candidates\[1\]: expected an item from 0 to 11; found 12/],
    [{ ...good, candidates: [], probabilities: [] }, {}, /candidates: expected at least one item/],
    [{ ...good, state: { items: [0, 1], feedback: [1] } }, {}, /state\.feedback: expected 2 numbers/],
    [{ ...good, state: { items: [-1], feedback: [1] } }, {}, /state\.items\[0\]/],
    [{ ...good, state: { items: [0], feedback: [Number.NaN] } }, {}, /state\.feedback\[0\]/],
    [
      good,
      { vectors: new Float32Array(36).fill(Number.NaN) },
      /embeddings\.vectors\[0\]: expected a finite number; found NaN/,
    ],
    [good, { vectors: new Float32Array(35) }, /embeddings\.vectors: expected 36 finite numbers/],
    [good, { vectors: undefined }, /embeddings\.vectors/],
    [good, { dimension: undefined }, /embeddings\.dimension: expected an integer of at least 1; found undefined/],
    [good, { items: 0 }, /embeddings\.items/],
    [good, { popularity: new Float32Array(3) }, /embeddings\.popularity: expected 12/],
    [good, { popularity: new Float32Array(12).fill(Number.POSITIVE_INFINITY) }, /embeddings\.popularity\[0\]/],
  ])('is refused: %j %j', async (preference, change, message) => {
    await expect(fitTo(preference, change)).rejects.toThrow(message);
    await expect(fitTo(preference, change)).rejects.toThrow(InvalidOptionError);
  });

  test('is refused by the fitted model and by the similarity source as well', async () => {
    const model = await fitTo(good);
    expect(() => model.user({ items: [12], feedback: [1] })).toThrow(InvalidOptionError);
    expect(() => model.user({ items: [0], feedback: [] })).toThrow(/state\.feedback/);
    const user = model.user({ items: [], feedback: [] });
    expect(() => user.probability(12)).toThrow(/item: expected an item from 0 to 11; found 12/);
    expect(() => user.observe(0, Number.NaN)).toThrow(/feedback/);
    const broken = { ...(await embeddings), vectors: new Float32Array(36).fill(Number.NaN) };
    expect(() => createSimilaritySource(broken)).toThrow(/embeddings\.vectors\[0\]/);
    const source = createSimilaritySource(await embeddings);
    const ask = (question: object) => source.ask({ state: { items: [], feedback: [] }, candidates: [0], ...question });
    await expect(ask({ candidates: [99] })).rejects.toThrow(/candidates\[0\]/);
    await expect(ask({ state: { items: [0], feedback: [2] } })).rejects.toThrow(/state\.feedback\[0\]/);
  });
});
