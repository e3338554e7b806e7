import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findRepeatedPair, InteractionRows } from './interaction-rows.js';

const ITEMS = Array.from({ length: 6 }, (_, index) => ({ id: `item-${index}` }));
const PLACE = { file: 'rows.csv', remedy: 'Fetch it again.' };
const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.nat(5)), { minLength: 1, maxLength: 40 });

function collect(rows: readonly (readonly [userNumber: number, item: number])[]) {
  const collected = new InteractionRows(true);
  rows.forEach(([userNumber, item], k) => {
    collected.add({ userNumber, item, value: k / 2, time: 1e9 + k, line: 10 * k });
  });
  return collected.collect(ITEMS, PLACE);
}

it('keeps rows in their order, and numbers users by their numbers', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9e8 }), fc.nat(5)), { minLength: 1, selector: String }),
      (rows) => {
        const { interactions, userNumbers } = collect(rows);
        const { users, user, item, value, time } = interactions;
        expect([...userNumbers]).toEqual([...new Set(rows.map(([number]) => number))].sort((a, b) => a - b));
        expect(users).toBe(userNumbers.length);
        expect(Array.from(user, (who, k) => [userNumbers[who], item[k]])).toEqual(rows);
        expect([...value]).toEqual(rows.map((_, k) => k / 2));
        expect([...(time ?? [])]).toEqual(rows.map((_, k) => 1e9 + k));
      },
    ),
  );
});

it('finds the first row whose user and item stood before', () => {
  fc.assert(
    fc.property(pairs, fc.nat(3), (rows, modulus) => {
      // Few users, so that pairs come again.
      const made = rows.map(([user, item]) => [user % (modulus + 1), item] as const);
      const keys = made.map(String);
      const later = keys.findIndex((key, k) => keys.indexOf(key) < k);
      const found = findRepeatedPair(
        Int32Array.from(made, ([user]) => user),
        Int32Array.from(made, ([, item]) => item),
        modulus + 1,
        6,
      );
      expect(found).toEqual(later < 0 ? undefined : [keys.indexOf(keys[later]), later]);
    }),
  );
});

it('refuses such a row by its line, and no rows at all', () => {
  const rows = [
    [7, 1],
    [3, 1],
    [7, 2],
    [7, 1],
  ] as const;
  expect(() => collect(rows)).toThrow(
    'rows.csv, line 30: expected one row of an item and a user; found user 7 and item item-1, which line 0 also has.',
  );
  expect(() => collect([])).toThrow('rows.csv, line 1: expected at least one row below the first line; found none.');
});

it('has no times where it is told so', () => {
  const rows = new InteractionRows(false);
  rows.add({ userNumber: 1, item: 0, value: 2, line: 1 });
  expect(rows.collect(ITEMS, PLACE).interactions).not.toHaveProperty('time');
});
