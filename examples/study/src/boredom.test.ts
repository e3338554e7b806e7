import { createRandom } from '@ialp/env';
import { expect, test } from 'vitest';
import { boredom } from './boredom.js';

/** Items 0 and 1 read alike, 2 is at 60 degrees to them, 3 at a right angle. */
const vectors = Float32Array.of(1, 0, 1, 0, 0.5, Math.sqrt(0.75), 0, 1);
const space = { items: 4, dimension: 2, vectors, fame: new Float32Array(4), model: 'made up' };

/** Share of people who leave after the last of some items. */
function leaving(strength: number, ...shown: number[]): number {
  const rule = boredom(space, strength);
  const random = createRandom(1);
  const session = {
    ...{ user: 0, turn: shown.length, shown: shown.length, reward: 0, feedback: () => 1 },
    item: (back: number) => shown[shown.length - 1 - back],
  };
  const left = Array.from({ length: 4000 }, () => rule.leaves(session, random, new Float64Array(0)));
  return left.filter(Boolean).length / left.length;
}

test('people leave as often as what they see is like what they saw', () => {
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
