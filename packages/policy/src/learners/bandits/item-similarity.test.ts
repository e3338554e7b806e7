import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ItemSimilarity } from './item-similarity.js';

/** Counts a session that liked these items, in this order. */
function take(similarity: ItemSimilarity, session: number[]): void {
  session.forEach((item, turn) => {
    similarity.add(item, new Set(session.slice(0, turn)));
  });
}

describe('item similarity', () => {
  test('is the damped cosine, in both directions', () => {
    const similarity = new ItemSimilarity(4, 10, 1);
    take(similarity, [0, 1]);
    take(similarity, [2, 0]);
    take(similarity, [2]);
    // n = 2, 1, 2; co(0, 1) = co(0, 2) = 1.
    expect([...similarity.of(0).items]).toEqual([1, 2]);
    expect(similarity.of(0).similarity[0]).toBeCloseTo(1 / (Math.SQRT2 + 1), 12);
    expect(similarity.of(0).similarity[1]).toBeCloseTo(1 / 3, 12);
    expect([...similarity.of(2).items]).toEqual([0]);
    expect(similarity.of(2).similarity[0]).toBeCloseTo(1 / 3, 12);
    expect([...similarity.of(3).items]).toEqual([]);
  });

  test('keeps the most similar; ties go to the lower index', () => {
    const similarity = new ItemSimilarity(5, 2, 0);
    for (const other of [4, 2, 3]) take(similarity, [other, 0]);
    take(similarity, [2]);
    expect([...similarity.of(0).items]).toEqual([3, 4]);
  });

  test('knows what was counted since it was last asked', () => {
    const similarity = new ItemSimilarity(2, 2, 0);
    take(similarity, [0, 1]);
    expect([...similarity.of(0).similarity]).toEqual([1]);
    // n of the other item grows.
    for (let times = 0; times < 3; times++) take(similarity, [1]);
    expect([...similarity.of(0).similarity]).toEqual([0.5]);
  });

  test('an item whose likes were not seen counts as liked as often as with the other', () => {
    const similarity = new ItemSimilarity(2, 2, 0);
    similarity.add(1, new Set([0]));
    expect([...similarity.of(0).similarity]).toEqual([1]);
    expect([...similarity.of(1).similarity]).toEqual([1]);
  });

  test('is above 0 and at most 1, and symmetric, for any sessions', () => {
    const sessions = fc.array(fc.uniqueArray(fc.nat(5), { maxLength: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(sessions, fc.double({ min: 0, max: 20, noNaN: true }), (all, shrinkage) => {
        const similarity = new ItemSimilarity(6, 6, shrinkage);
        for (const session of all) take(similarity, session);
        for (let item = 0; item < 6; item++) {
          const near = similarity.of(item);
          near.items.forEach((other, k) => {
            expect(near.similarity[k]).toBeGreaterThan(0);
            expect(near.similarity[k]).toBeLessThanOrEqual(1 + 1e-12);
            const back = similarity.of(other);
            expect(back.similarity[back.items.indexOf(item)]).toBe(near.similarity[k]);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});
