/** The add-on as it is built here. What the kernels compute is tested with the networks of `@ialp/policy`. */
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BoundKernels, loadNative, NativeAddonError } from './index.js';

const MOST_ARGUMENTS = 14;
const PAGE = 65536;

afterEach(() => vi.unstubAllEnvs());

/** Left out where nobody has built it. */
beforeEach(({ skip }) => {
  try {
    loadNative();
  } catch (error) {
    if (!NativeAddonError.isInstance(error)) throw error;
    skip(error.message);
  }
});

/** Kernels on a page of memory, and the memory. */
function bound(shared = false): { kernels: BoundKernels; memory: WebAssembly.Memory } {
  const { instructions, createKernels } = loadNative();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared });
  const kernels = createKernels(instructions);
  kernels.attach(new Uint8Array(memory.buffer));
  return { kernels, memory };
}

describe('instruction sets', () => {
  test('the fastest by default; one that IALP_NATIVE_INSTRUCTIONS names instead', () => {
    expect(['avx512', 'avx2', 'neon', 'scalar']).toContain(loadNative().instructions);
    vi.stubEnv('IALP_NATIVE_INSTRUCTIONS', 'scalar');
    expect(loadNative().instructions).toBe('scalar');
  });

  test('one that does not exist is refused, with those that do', () => {
    vi.stubEnv('IALP_NATIVE_INSTRUCTIONS', 'mmx');
    expect(loadNative).toThrow(InvalidOptionError);
    expect(loadNative).toThrow(/IALP_NATIVE_INSTRUCTIONS.*one of .*scalar/);
    expect(loadNative).toThrow('mmx');
    vi.unstubAllEnvs();
    expect(() => loadNative().createKernels('mmx')).toThrow('mmx');
  });
});

describe.each([false, true])('a memory that is shared: %s', (shared) => {
  test('is read and written in place', () => {
    const { kernels, memory } = bound(shared);
    const floats = new Float32Array(memory.buffer, 1024, 12);
    floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    kernels['addTo']!(1024, 1024, 12);
    expect([...floats]).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]);
  });

  test('has a new end after it has grown and was attached again', () => {
    const { kernels, memory } = bound(shared);
    memory.grow(1);
    kernels.attach(new Uint8Array(memory.buffer));
    const floats = new Float32Array(memory.buffer, 2 * PAGE - 16, 4).fill(1);
    kernels['addTo']!(2 * PAGE - 16, 2 * PAGE - 16, 4);
    expect([...floats]).toEqual([2, 2, 2, 2]);
    expect(() => kernels['clear']!(2 * PAGE - 16, 8)).toThrow(RangeError);
  });
});

describe('what is outside the memory is refused', () => {
  /** Places of the first rows of ranges: an empty range touches nothing. */
  const FIRST: Readonly<Record<string, number>> = {
    ...{ attend: 9, attendBackward: 12, pool: 6, poolBackward: 4, itemGradients: 7 },
  };

  test.each([PAGE - 4, PAGE, -4])('by every kernel: addresses and sizes of %i', (value) => {
    const { kernels } = bound();
    for (const name of loadNative().kernelNames) {
      const kernel = kernels[name]!;
      const args = new Array<number>(argumentsOf(kernel)).fill(value);
      const first = FIRST[name];
      if (first !== undefined) args[first] = 0;
      expect(() => kernel(...args), name).toThrow(value < 0 ? TypeError : RangeError);
    }
  });

  test('before a memory is attached', () => {
    const { instructions, createKernels } = loadNative();
    expect(() => createKernels(instructions)['clear']!(0, 4)).toThrow(RangeError);
  });

  test('any numbers: each call ends, or throws, and the process lives', () => {
    const { kernels, memory } = bound();
    const random = createRandom(1);
    const words = new Int32Array(memory.buffer);
    const value = () => {
      const kind = random.integer(8);
      if (kind < 3) return 4 * random.integer(20);
      if (kind === 3) return random.integer(40) - 4;
      if (kind < 6) return random.integer(PAGE);
      return [PAGE - 16, PAGE, 2 ** 32 - 4, -1, 0.5, Number.NaN][random.integer(6)]!;
    };
    let ended = 0;
    for (const name of loadNative().kernelNames) {
      const kernel = kernels[name]!;
      const count = argumentsOf(kernel);
      for (let times = 0; times < 2000; times++) {
        // Indices that kernels read from the memory are also any numbers.
        words[random.integer(words.length)] = random.integer(2 ** 31) - 2 ** 30;
        try {
          kernel(...Array.from({ length: count }, value));
          ended++;
        } catch (error) {
          expect(error instanceof RangeError || error instanceof TypeError, `${name}: ${error}`).toBe(true);
        }
      }
    }
    expect(ended).toBeGreaterThan(1000);
  });
});

describe('command lists', () => {
  test('run until a negative number', () => {
    const { kernels, memory } = bound();
    const floats = new Float32Array(memory.buffer, 1024, 4).fill(1);
    const addTo = loadNative().kernelNames.indexOf('addTo');
    const call = [addTo, 3, 1024, 1024, 4];
    kernels.execute(Float64Array.of(...call, ...call, -1, ...call));
    expect([...floats]).toEqual([4, 4, 4, 4]);
  });

  test.each([
    ['an unknown kernel', [1000, 1, 0]],
    ['more arguments than there are', [0, 15, 0]],
    ['a kernel without its arguments', [0]],
    ['the wrong number of arguments', [0, 1, 0, -1]],
  ])('%s is refused', (_, commands) => {
    expect(() => bound().kernels.execute(Float64Array.from(commands))).toThrow(TypeError);
  });

  test('anything else than a list is refused', () => {
    expect(() => bound().kernels.execute([] as unknown as Float64Array)).toThrow(TypeError);
    expect(() => bound().kernels.attach(new Float64Array(1) as unknown as Uint8Array)).toThrow(TypeError);
  });
});

/** How many arguments a kernel takes: any other number of zeros is a TypeError. */
function argumentsOf(kernel: (...args: number[]) => void): number {
  const isAccepted = (count: number): boolean => {
    try {
      kernel(...new Array<number>(count).fill(0));
      return true;
    } catch (error) {
      return !(error instanceof TypeError);
    }
  };
  return Array.from({ length: MOST_ARGUMENTS }, (_, k) => k + 1).find(isAccepted)!;
}
