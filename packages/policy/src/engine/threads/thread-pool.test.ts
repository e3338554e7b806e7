/** The threads themselves: how work is cut, and what happens when one fails or has very much to do. */

import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { NetworkStateError } from '../../errors.js';
import { describeBuilds } from '../../test-support/builds.js';
import { Arena } from '../arena.js';
import { Share, ThreadPool } from './thread-pool.js';

describeBuilds((build) => {
  describe('a share', () => {
    test('of any range: all threads together take every part once, cut at multiples of the unit', () => {
      const sizes = fc.record({
        count: fc.nat(5000),
        unit: fc.constantFrom(1, 4, 8, 16, 1024),
        threads: fc.integer({ min: 1, max: 9 }),
      });
      fc.assert(
        fc.property(sizes, ({ count, unit, threads }) => {
          let next = 0;
          for (let thread = 0; thread < threads; thread++) {
            const [first, last] = new Share(thread, threads).range(count, unit);
            expect(first).toBe(next);
            expect(last % unit === 0 || last === count).toBe(true);
            next = last;
          }
          expect(next).toBe(count);
        }),
      );
    });
  });

  describe('three threads', () => {
    let threadPool: ThreadPool | undefined;
    afterEach(() => threadPool?.dispose());

    function start(): { arena: Arena; threadPool: ThreadPool } {
      const arena = new Arena(true);
      threadPool = new ThreadPool(arena, build, 3);
      return { arena, threadPool };
    }

    test('one that fails is reported, by an error that can be caught, and the next job is done', () => {
      const { arena, threadPool } = start();
      const out = arena.allocateFloats(48);
      // Far beyond the memory's end.
      const fail = () => threadPool.run((kernels, share) => kernels.clear(share.thread === 1 ? 2 ** 32 - 64 : out, 16));
      expect(fail).toThrow(NetworkStateError);
      expect(fail).toThrow('worker thread');
      for (let times = 0; times < 200; times++) {
        expect(fail).toThrow(NetworkStateError);
        arena.floats(out, 48).fill(1);
        threadPool.run((kernels, share) => kernels.clear(out + 64 * share.thread, 16));
        expect(arena.floats(out, 48).every((value) => value === 0)).toBe(true);
      }
    });

    test('more work than a list of commands holds is done in parts', () => {
      const { arena, threadPool } = start();
      const one = arena.allocateFloats(4);
      const sums = arena.allocateFloats(3 * 16);
      arena.floats(one, 4).set([1, 0, 0, 0]);
      arena.floats(sums, 48).fill(0);
      threadPool.run((kernels, share) => {
        for (let call = 0; call < 100_000; call++) kernels.addSum(one, sums + 64 * share.thread, 4);
      });
      const found = arena.floats(sums, 48);
      expect([found[0], found[16], found[32]]).toEqual([100_000, 100_000, 100_000]);
    });
  });

  test('where there are no worker threads, more than one is refused', () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (() => undefined) as never;
    try {
      expect(() => new ThreadPool(new Arena(true), 'portable', 2)).toThrow(InvalidOptionError);
      expect(() => new ThreadPool(new Arena(), 'portable', 1)).not.toThrow();
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
