import { excludedIn } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShownItems } from './shown-items.js';

/** In each round the slots are shown an item, or begin anew. */
const rounds = (items: number) =>
  fc.array(fc.record({ slot: fc.nat(2), item: fc.nat(items - 1), clears: fc.boolean() }), { maxLength: 400 });

test.each([
  { items: 5, maximum: 5, why: 'fewer items than bits' },
  { items: 90, maximum: 90, why: 'lists that grow' },
  { items: 100_000, maximum: 1000, why: 'more items than bits' },
])('has exactly the items that were appended since the last clear: $why', ({ items, maximum }) => {
  fc.assert(
    fc.property(rounds(items), (steps) => {
      const shown = new ShownItems(3, maximum);
      const lists: number[][] = [[], [], []];
      for (const { slot, item, clears } of steps) {
        if (clears && item % 9 === 0) {
          shown.clear(slot);
          lists[slot] = [];
        } else if (!lists[slot].includes(item) && lists[slot].length < maximum) {
          shown.append(slot, item);
          lists[slot].push(item);
        }
        expect(lists.map((_, of) => [...excludedIn(shown, of)])).toEqual(lists);
        const asked = [item, (item + 1) % items, (item + 32) % items];
        for (const one of asked)
          expect(lists.map((_, of) => shown.has(of, one))).toEqual(lists.map((list) => list.includes(one)));
        expect(shown.hasAny(Int32Array.from(asked))).toBe(asked.some((one, of) => lists[of].includes(one)));
      }
    }),
    { numRuns: 40 },
  );
});

test('long lists of which one is cleared after few items', () => {
  const shown = new ShownItems(2, 5000);
  for (let item = 0; item < 5000; item++) shown.append(0, 3 * item);
  for (const item of [7, 7 + 4096, 1]) shown.append(1, item);
  shown.clear(1);
  expect([7, 7 + 4096, 1].map((item) => shown.has(1, item))).toEqual([false, false, false]);
  expect([0, 1, 14_997, 15_000].map((item) => shown.has(0, item))).toEqual([true, false, true, false]);
});
