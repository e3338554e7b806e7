import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import { NO_STATE, sessionOf, terminationsOf } from '../test-support/session.js';
import { createDistractionRule } from './distraction.js';

test('leaves as often as it says', () => {
  const rule = createDistractionRule({ probability: 0.1 });
  const random = createRandom(1);
  const left = Array.from({ length: 20_000 }, () => rule.terminates(sessionOf([1]), random, NO_STATE)).filter(Boolean);
  expect(left.length / 20_000).toBeCloseTo(0.1, 2);
});

test('never and always are possible, more is not', () => {
  expect(terminationsOf(createDistractionRule({ probability: 0 }), [1, 2, 3])).toEqual([false, false, false]);
  expect(terminationsOf(createDistractionRule({ probability: 1 }), [1])).toEqual([true]);
  expect(() => createDistractionRule({ probability: 1.1 })).toThrow(
    /probability: expected a number from 0 to 1; found 1.1/,
  );
});
