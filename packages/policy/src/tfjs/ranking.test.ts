import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observationOf } from '../test-support/observations.js';
import { rank } from './ranking.js';

describe('rank', () => {
  test('is sorting, cut', () => {
    // Few different scores, so that many are equal.
    const scores = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 45 }), (pairs, count) => {
        const values = Float32Array.from(pairs, ([score]) => score);
        const mask = Uint8Array.from(pairs, ([, allowed]) => (allowed ? 1 : 0));
        const sorted = [...values.keys()]
          .filter((item) => mask[item] === 1)
          .sort((a, b) => values[b] - values[a] || a - b)
          .slice(0, count);
        const found = rank(values, observationOf(1, values.length, { mask }), count);
        const missing = new Array<number>(count - sorted.length);
        expect([...found.items]).toEqual([...sorted, ...missing.fill(-1)]);
        expect([...found.scores]).toEqual([...sorted.map((item) => values[item]), ...missing.fill(0)]);
      }),
    );
  });

  test('each row has its own', () => {
    const found = rank(Float32Array.of(1, 2, 3, 6, 5, 4), observationOf(2, 3, { mask: [1, 1, 0, 1, 1, 1] }), 2);
    expect([...found.items]).toEqual([1, 0, 0, 1]);
    expect([...found.scores]).toEqual([2, 1, 6, 5]);
  });

  test('refuses a count below 1 or beyond any slate', () => {
    for (const count of [0, 1001])
      expect(() => rank(new Float32Array(1), observationOf(1, 1), count)).toThrow(InvalidOptionError);
  });
});
