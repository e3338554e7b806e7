import { expect, test } from 'vitest';
import { Arena } from './arena.js';

test.each([100, 100_000])(
  'a block of zeros is 0 where the memory was used before and where it was not: %s floats',
  (used) => {
    const arena = new Arena();
    const { mark } = arena;
    const before = arena.allocateFloats(used);
    arena.floats(before, used).fill(1);
    arena.release(mark);
    const zeros = arena.allocateZeros(50_000);
    expect(arena.floats(zeros, 50_000).every((value) => value === 0)).toBe(true);
  },
);
