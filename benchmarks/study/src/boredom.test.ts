import { createRandom } from '@ialp/env';
import { expect, test } from 'vitest';
import { boredom } from './boredom.js';
import { cachedSimilarity, eitherSimilarity, similarityOfLikes, similarityOfTexts } from './similarity.js';
import type { World } from './world.js';

/** Items 0 and 1 have the same embedding, 2 is at 60 degrees to them, 3 at a right angle. */
const vectors = Float32Array.of(1, 0, 1, 0, 0.5, Math.sqrt(0.75), 0, 1);
const space = { dimension: 2, vectors };

/** Share of users who leave after the last of some items. */
function leaving(strength: number, ...shown: number[]): number {
  const rule = boredom(similarityOfTexts(space), strength);
  const random = createRandom(1);
  const session = {
    ...{ user: 0, turn: shown.length, shown: shown.length, reward: 0, feedback: () => 1 },
    item: (back: number) => shown[shown.length - 1 - back],
  };
  const left = Array.from({ length: 4000 }, () => rule.terminates(session, random, new Float64Array(0)));
  return left.filter(Boolean).length / left.length;
}

test('users leave according to the similarity of new items to recent ones', () => {
  expect(leaving(0.8, 0)).toBe(0);
  expect(leaving(0.8, 0, 3)).toBe(0);
  expect(Math.abs(leaving(0.8, 0, 1) - 0.8)).toBeLessThan(0.03);
  // Cosine 0.5: a quarter of it.
  expect(Math.abs(leaving(0.8, 0, 2) - 0.2)).toBeLessThan(0.03);
});

test('the nearest of the last five counts, and no earlier one', () => {
  expect(leaving(1, 0, 3, 3, 1)).toBe(1);
  expect(leaving(1, 0, 3, 3, 3, 3, 3, 1)).toBe(0);
});

test('items that the same known users liked are similar', () => {
  const rows = [
    // User, item, rating: users 0 to 2 are known, 3 is not.
    ...[0, 1, 2].flatMap((user) => [
      [user, 0, 5],
      [user, 1, 4],
    ]),
    ...[
      [0, 2, 5],
      [1, 2, 1],
      [3, 2, 5],
      [3, 0, 5],
    ],
  ];
  const column = (k: number) => Int32Array.from(rows, (row) => row[k]);
  const dataset = {
    feedback: 'explicit',
    catalogue: { items: [0, 1, 2, 3].map((id) => ({ id: String(id) })) },
    interactions: { user: column(0), item: column(1), value: Float32Array.from(rows, (row) => row[2]) },
  } as unknown as World['dataset'];
  const similarity = similarityOfLikes({ dataset, known: Int32Array.of(0, 1, 2) });
  expect(similarity(0, 1)).toBeCloseTo(3 / 8, 12);
  // One of three in common; who is not known and who did not like it count for nothing.
  expect(similarity(0, 2)).toBeCloseTo(1 / Math.sqrt(8 * 6), 12);
  expect(similarity(2, 0)).toBe(similarity(0, 2));
  expect(similarity(0, 3)).toBe(0);
  expect(eitherSimilarity(similarity, similarityOfTexts(space))(0, 1)).toBe(1);
  expect(eitherSimilarity(similarity, () => 0.1)(0, 1)).toBeCloseTo(3 / 8, 12);
});

test('a cached similarity is computed once per pair', () => {
  let asked = 0;
  const plain = (item: number, other: number): number => {
    asked++;
    return item - 2 * other;
  };
  const similarity = cachedSimilarity(plain, 4);
  for (let round = 0; round < 3; round++) {
    for (let item = 0; item < 4; item++) {
      for (let other = 0; other < 4; other++) expect(similarity(item, other)).toBe(item - 2 * other);
    }
  }
  expect(asked).toBe(16);
});
