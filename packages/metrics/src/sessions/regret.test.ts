import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeRegret } from './regret.js';

test('worked by hand', () => {
  expect(Array.from(cumulativeRegret([1, 3, 0], 2))).toEqual([1, 0, 2]);
  expect(Array.from(cumulativeRegret([1, 3, 0], [1, 4, 2]))).toEqual([0, 1, 3]);
  expect(cumulativeRegret([], 2)).toHaveLength(0);
});

test('of two policies, each against the other, cancels out', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { minLength: 1 });
  fc.assert(
    fc.property(pairs, (values) => {
      const [a, b] = [values.map(([first]) => first), values.map(([, second]) => second)];
      const [one, other] = [cumulativeRegret(a, b), cumulativeRegret(b, a)];
      one.forEach((value, step) => {
        expect(value + other[step]).toBe(0);
      });
    }),
  );
});

describe('refuses', () => {
  test.each([
    ['a reference of another length', () => cumulativeRegret([1, 2], [1]), /reference: expected 2/],
    ['a value that is no number', () => cumulativeRegret([1, Number.NaN], 1), /values\[1\]/],
    ['a reference that is no number', () => cumulativeRegret([1], Number.NaN), /reference: expected a finite/],
    ['one of them', () => cumulativeRegret([1, 1], [1, Number.NaN]), /reference\[1\]/],
  ])('%s', (_, act, message) => expect(act).toThrow(message));
});
