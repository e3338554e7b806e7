import fc from 'fast-check';
import { expect, test } from 'vitest';
import { excludedIn, exclusionsOf, noExclusions } from './exclusions.js';

test('lists are read as they were given, as arrays of any kind', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(99))), (lists) => {
      const exclusions = exclusionsOf(lists);
      expect(lists.map((_, row) => [...excludedIn(exclusions, row)])).toEqual(lists);
      expect(exclusionsOf(lists.map((list) => Int32Array.from(list)))).toEqual(exclusions);
    }),
  );
});

test('the list of a row is a view', () => {
  const exclusions = exclusionsOf([[3], [4, 5]]);
  expect(excludedIn(exclusions, 1).buffer).toBe(exclusions.items.buffer);
});

test('no exclusions are empty lists', () => {
  expect(noExclusions(3)).toEqual(exclusionsOf([[], [], []]));
});
