import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankingOf } from './ranking.js';

test('the chosen action comes first, the others by probability, and excluded ones stay where they were', () => {
  const probability = new Map([
    ['a', 0.2],
    ['c', 0.5],
    ['d', 0.3],
  ]);
  expect(rankingOf(['x', 'a', 'y', 'c', 'd'], new Set(['x', 'y']), 'a', probability)).toEqual([
    { id: 'x', probability: 0 },
    { id: 'a', probability: 0.2 },
    { id: 'y', probability: 0 },
    { id: 'c', probability: 0.5 },
    { id: 'd', probability: 0.3 },
  ]);
});

test('a ranking is a permutation of the actions', () => {
  const requests = fc
    .uniqueArray(fc.string(), { minLength: 1, maxLength: 20 })
    .chain((actions) => fc.tuple(fc.constant(actions), fc.subarray(actions), fc.constantFrom(...actions), fc.double()));
  fc.assert(
    fc.property(requests, ([actions, excludedIds, chosen, value]) => {
      const excluded = new Set(excludedIds.filter((id) => id !== chosen));
      const ranking = rankingOf(actions, excluded, chosen, new Map([[chosen, value]]));
      expect(ranking.map(({ id }) => id).sort()).toEqual([...actions].sort());
      expect(ranking.find(({ id }) => !excluded.has(id))).toEqual({ id: chosen, probability: value });
    }),
  );
});
