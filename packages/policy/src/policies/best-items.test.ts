import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestItems } from './best-items.js';

test('lists of any length are those of a stable sort', () => {
  const value = fc.constantFrom(0, 0.25, 0.5, 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 400 }), fc.nat(400), (given, count) => {
      const values = Float32Array.from(given, ([weight]) => weight);
      const mask = Uint8Array.from(given, ([, isAllowed]) => +isAllowed);
      const sorted = Array.from(given.keys())
        .filter((item) => given[item][1])
        .sort((a, b) => values[b] - values[a] || a - b);
      expect(bestItems(values, mask, count + 1)).toEqual(sorted.slice(0, count + 1));
    }),
  );
});
