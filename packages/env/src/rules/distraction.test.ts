import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import { exitsOf, NO_STATE, sessionOf } from '../test-support/session.js';
import { distraction } from './distraction.js';

test('leaves as often as it says', () => {
  const rule = distraction({ probability: 0.1 });
  const random = createRandom(1);
  const left = Array.from({ length: 20_000 }, () => rule.leaves(sessionOf([1]), random, NO_STATE)).filter(Boolean);
  expect(left.length / 20_000).toBeCloseTo(0.1, 2);
});

test('never and always are possible, more is not', () => {
  expect(exitsOf(distraction({ probability: 0 }), [1, 2, 3])).toEqual([false, false, false]);
  expect(exitsOf(distraction({ probability: 1 }), [1])).toEqual([true]);
  expect(() => distraction({ probability: 1.1 })).toThrow(/probability: expected a number from 0 to 1; found 1.1/);
});
