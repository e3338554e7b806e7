import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKinds } from './kinds.js';
import type { Item } from './types.js';

const film = (id: number, attributes: Record<string, string[]>): Item => ({ id: String(id), attributes });

describe('findKinds', () => {
  test('takes genres rather than directors, years or an attribute that few items have', () => {
    const items = Array.from({ length: 100 }, (_, k) =>
      film(k, {
        director: [`Director ${k}`],
        decade: [`${1950 + (k % 6) * 10}s`],
        genre: [['Drama', 'Comedy', 'Western'][k % 3]!],
        ...(k === 0 && { prize: ['yes'] }),
      }),
    );
    const kinds = findKinds(items)!;
    expect(kinds.attribute).toBe('genre');
    expect(kinds.kindOf(items[1]!)).toBe('Comedy');
    expect(kinds.kindOf({ id: 'x' })).toBeUndefined();
    expect(new Set(['Drama', 'Comedy', 'Western'].map(kinds.hueOf)).size).toBe(3);
    expect(
      findKinds(items.map(({ id, attributes }) => film(+id, { decade: [...attributes!['decade']!] })))?.attribute,
    ).toBe('decade');
  });

  test('finds none in a catalogue without attributes, or with one value or too many', () => {
    expect(findKinds([])).toBeUndefined();
    expect(findKinds([{ id: 'a' }, { id: 'b' }])).toBeUndefined();
    expect(findKinds(Array.from({ length: 90 }, (_, k) => film(k, { only: ['x'], each: [`${k}`] })))).toBeUndefined();
  });

  test('any catalogue gives hues of a circle, for unknown kinds, too', () => {
    const attributes = fc.dictionary(fc.string(), fc.array(fc.string(), { maxLength: 2 }));
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.string(), attributes })), fc.string(), (items, other) => {
        const kinds = findKinds(items);
        for (const kind of [...items.map((item) => kinds?.kindOf(item)), other]) {
          if (kinds === undefined || kind === undefined) continue;
          expect(kinds.hueOf(kind)).toBeGreaterThanOrEqual(0);
          expect(kinds.hueOf(kind)).toBeLessThanOrEqual(360);
        }
      }),
    );
  });
});
