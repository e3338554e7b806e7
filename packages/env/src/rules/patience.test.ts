import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { terminationsOf } from '../test-support/session.js';
import { createPatienceRule } from './patience.js';

describe('createPatienceRule', () => {
  test.each([
    { feedback: [0, 0], leaves: [false, false], why: 'only two misses yet' },
    { feedback: [0, 0, 0], leaves: [false, false, true], why: 'three in a row' },
    { feedback: [0, 0, 1, 0, 0], leaves: [false, false, false, false, false], why: 'a hit between' },
    { feedback: [1, 1, 0, 0, 0], leaves: [false, false, false, false, true], why: 'the last three count' },
    { feedback: [0.4, 0.4, 0.49], leaves: [false, false, true], why: 'below the threshold is a miss' },
    { feedback: [0.4, 0.4, 0.5], leaves: [false, false, false], why: 'at the threshold is not a miss' },
  ])('$feedback: $why', ({ feedback, leaves }) => {
    expect(terminationsOf(createPatienceRule({ misses: 3 }), [...feedback.keys()], { feedback })).toEqual(leaves);
  });

  test('counts turns, not items: a slate of which one item was taken is no miss', () => {
    const items = [0, 1, 2, 3, 4, 5];
    const terminations = (feedback: number[]) =>
      terminationsOf(createPatienceRule({ misses: 2 }), items, { feedback, slateSize: 2 });
    expect(terminations([0, 0, 0, 1, 0, 0])).toEqual([false, false, false]);
    expect(terminations([0, 1, 0, 0, 0, 0])).toEqual([false, false, true]);
  });

  test('a reward of the threshold is no miss, whatever the threshold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(10, 100, 1000), (numerator, denominator) => {
        const threshold = numerator / denominator;
        const terminations = (reward: number) =>
          terminationsOf(createPatienceRule({ misses: 1, missThreshold: threshold }), [0], { feedback: [reward] });
        expect(terminations(Math.fround(threshold))).toEqual([false]);
        expect(terminations(threshold)).toEqual([false]);
        expect(terminations(threshold - 1e-3 * threshold)).toEqual([true]);
      }),
    );
  });

  test('refuses a count or a threshold that makes no sense', () => {
    expect(() => createPatienceRule(undefined as never)).toThrow(/options: expected an object, such as { misses: 4 }/);
    expect(() => createPatienceRule({ misses: 0 })).toThrow(InvalidOptionError);
    expect(() => createPatienceRule({ misses: 1.5 })).toThrow(/misses: expected an integer of at least 1; found 1.5/);
    expect(() => createPatienceRule({ misses: 2, missThreshold: Number.NaN })).toThrow(/missThreshold/);
  });
});
