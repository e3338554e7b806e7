import { describe, expect, test } from 'vitest';
import { describeBuilds } from '../test-support/builds.js';
import { Arena } from './arena.js';
import { loadKernels } from './kernels.js';

describeBuilds((build) => {
  /** Runs the kernel on vectors of four that lie in one arena: what it leaves in a moment cannot be seen from outside. */
  function adam(gradients: readonly number[], rate: number): { parameter: number; first: number; second: number } {
    const arena = new Arena();
    const { kernels } = loadKernels(build, arena, false);
    const [parameter, gradient, first, second] = [1, 0, 0, 0].map((value) => {
      const address = arena.allocate(16);
      arena.floats(address, 4).fill(value);
      return address;
    });
    for (const value of gradients) {
      arena.floats(gradient, 4).fill(value);
      kernels.adam(parameter, gradient, first, second, 4, 1, rate, 0.9, 0.999, 1e-8);
    }
    const read = (address: number): number => {
      const values = arena.floats(address, 4);
      expect(new Set(values).size).toBe(1);
      return values[0];
    };
    return { parameter: read(parameter), first: read(first), second: read(second) };
  }

  describe('Adam', () => {
    test('by hand: two steps', () => {
      // m1 = 0.1 * 2, v1 = 0.001 * 4, x1 = 1 - 0.1 * 0.2 / sqrt(0.004) = 0.683772
      // m2 = 0.9 * 0.2 - 0.1 * 1 = 0.08, v2 = 0.999 * 0.004 + 0.001 = 0.004996, x2 = x1 - 0.1 * 0.08 / sqrt(v2) = 0.57059
      const { parameter, first, second } = adam([2, -1], 0.1);
      expect(first).toBeCloseTo(0.08, 6);
      expect(second).toBeCloseTo(0.004996, 6);
      expect(parameter).toBeCloseTo(0.57059, 5);
    });

    test('a first moment that is no longer fed ends at 0, not among the subnormal numbers', () => {
      const idle = new Array<number>(1000).fill(0);
      expect(adam([1e-3, ...idle.slice(0, 500)], 0).first).toBeGreaterThan(1e-28);
      expect(adam([1e-3, ...idle], 0).first).toBe(0);
    });
  });
});
