import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sameBits, sameBytes } from './same-bits.js';

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ['in Node', () => {}],
  ['in a browser', () => vi.stubGlobal('Buffer', undefined)],
])('%s', (_, prepare) => {
  test('a copy is the same, with one changed bit it is not', () => {
    prepare();
    const cases = fc.record({
      bits: fc.int32Array({ minLength: 1, maxLength: 40 }),
      place: fc.nat(),
      bit: fc.nat(31),
      isShared: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ bits, place, bit, isShared }) => {
        const a = new Float32Array(bits.buffer);
        // Not at the beginning of its memory.
        const bytes = 4 * (bits.length + 1);
        const b = new Float32Array(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), 4);
        const bitsOfB = new Int32Array(b.buffer, 4);
        bitsOfB.set(bits);
        expect(sameBits(a, b)).toBe(true);
        bitsOfB[place % bits.length] ^= 1 << bit;
        expect(sameBits(a, b)).toBe(false);
        expect(sameBits(b, a)).toBe(false);
        const all = new Uint8Array(bits.buffer);
        expect(sameBytes(all, all.slice())).toBe(true);
        expect(
          sameBytes(
            all,
            all.map((byte, k) => (k === place % all.length ? byte ^ 1 : byte)),
          ),
        ).toBe(false);
        expect(sameBytes(all, all.subarray(1))).toBe(false);
      }),
    );
  });
});
