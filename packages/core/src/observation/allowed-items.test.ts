import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Allowances, countAllowed, countAvailable, isAllowed, writeMask } from './allowed-items.js';
import { excludedIn, exclusionsOf, noExclusions } from './exclusions.js';

const ITEMS = 8;

/** Random availability, and distinct exclusions of each row, of available items or not. */
const allowances: fc.Arbitrary<Allowances> = fc
  .record({
    available: fc.uint8Array({ min: 0, max: 1, minLength: ITEMS, maxLength: ITEMS }),
    lists: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: ITEMS - 1 })), { minLength: 1, maxLength: 4 }),
  })
  .map(({ available, lists }) => ({ rows: lists.length, items: ITEMS, available, exclusions: exclusionsOf(lists) }));

describe('the allowed items of a row', () => {
  test('are those that are available and not excluded, by every function', () => {
    fc.assert(
      fc.property(allowances, (observation) => {
        const { rows, available, exclusions } = observation;
        const mask = new Uint8Array(ITEMS);
        for (let row = 0; row < rows; row++) {
          const excluded = excludedIn(exclusions, row);
          const expected = Array.from(available, (value, item) => (value === 1 && !excluded.includes(item) ? 1 : 0));
          writeMask(observation, row, mask);
          expect([...mask]).toEqual(expected);
          expect(expected.map((_, item) => (isAllowed(observation, row, item) ? 1 : 0))).toEqual(expected);
          expect(countAllowed(observation, row)).toBe(mask.reduce((sum, value) => sum + value, 0));
        }
        expect(countAvailable(available)).toBe(available.reduce((sum, value) => sum + value, 0));
      }),
    );
  });

  test('are of the catalogue', () => {
    const observation = { rows: 1, items: 2, available: Uint8Array.of(1, 1), exclusions: noExclusions(1) };
    expect([-1, 2, Number.NaN, Number.POSITIVE_INFINITY].filter((item) => isAllowed(observation, 0, item))).toEqual([]);
  });

  test('may lie in lists with gaps, and in lists that share items', () => {
    const exclusions = {
      offset: Int32Array.of(4, 0, 0),
      count: Int32Array.of(1, 2, 1),
      items: Int32Array.of(2, 0, 9, 9, 1),
    };
    const observation = { rows: 3, items: 3, available: Uint8Array.of(1, 1, 1), exclusions };
    const allowed = [0, 1, 2].map((row) => [0, 1, 2].filter((item) => isAllowed(observation, row, item)));
    expect(allowed).toEqual([[0, 2], [1], [0, 1]]);
    expect([0, 1, 2].map((row) => countAllowed(observation, row))).toEqual([2, 1, 2]);
  });
});

test('a new array of availability is counted anew', () => {
  const available = Uint8Array.of(1, 0, 1);
  expect([countAvailable(available), countAvailable(available)]).toEqual([2, 2]);
  expect(countAvailable(available.with(1, 1))).toBe(3);
});
