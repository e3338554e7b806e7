import { describe, expect, test } from 'vitest';
import { preferenceSourceChecks } from '../conformance/index.js';
import { CATALOGUE, makeSpace } from '../test-support/catalogue.js';
import { createSimilaritySource } from './similarity-source.js';

describe('the similarity source keeps the rules', () => {
  const make = async () => createSimilaritySource(await makeSpace());
  const checks = preferenceSourceChecks(make, { items: CATALOGUE.items.length, isPositionFree: true });
  for (const check of checks) test(check.name, check.run);
});

describe('a user', () => {
  const ask = async (items: number[], feedback: number[], candidates: number[]): Promise<readonly number[]> =>
    (await createSimilaritySource(await makeSpace()).ask({ state: { items, feedback }, candidates })).probabilities;

  test('of whom nothing is known likes what is well known', async () => {
    const [famous, obscure] = await ask([], [], [0, 11]);
    expect(famous).toBeGreaterThan(obscure);
  });

  test('likes what is near what they liked, the more the more they liked', async () => {
    const [near, far] = await ask([0], [1], [8, 9]);
    expect(near).toBeGreaterThan(far);
    const [nearer] = await ask([0, 2, 4], [1, 1, 1], [8]);
    expect(nearer).toBeGreaterThan(near);
  });

  test('likes less what is near what they passed over', async () => {
    const [near, far] = await ask([0], [0], [8, 9]);
    expect(near).toBeLessThan(far);
  });

  test('answers by the stated formula', async () => {
    const space = await makeSpace();
    const source = createSimilaritySource(space, {
      constant: 0.5,
      popularity: 2,
      similarToLiked: 0,
      similarToDisliked: 0,
    });
    const { probabilities, raw } = await source.ask({ state: { items: [1], feedback: [1] }, candidates: [4] });
    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-0.5 - 2 * space.popularity[4])), 12);
    expect(JSON.parse(raw)).toEqual(probabilities);
  });
});

test('weights that are not numbers are refused', async () => {
  const space = await makeSpace();
  expect(() => createSimilaritySource(space, { popularity: Number.NaN })).toThrow(
    /weights.popularity: expected a finite number/,
  );
});
