import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { createRandom } from './random.js';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('createRandom', () => {
  test('gives these numbers for seed 42, on every machine', () => {
    const random = createRandom(42);
    expect(Array.from({ length: 5 }, () => random.uint32())).toMatchInlineSnapshot(`
      [
        724223572,
        2115011659,
        1751942125,
        3717488088,
        3208452570,
      ]
    `);
    expect(createRandom(42).fork(1, 2).uint32()).toMatchInlineSnapshot(`2055476865`);
  });

  test.each([0.5, Number.NaN, '1', undefined, null, 2 ** 53])('refuses %j as a seed', (seed) => {
    expect(() => createRandom(seed as number)).toThrow(InvalidOptionError);
    expect(() => createRandom(seed as number)).toThrow(/^seed: expected an integer/);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1, 2 ** 33, 2 ** 40, Number.POSITIVE_INFINITY, '4', undefined])(
    'refuses %j as the bound of an integer, and draws nothing',
    (bound) => {
      const random = createRandom(1);
      expect(() => random.integer(bound as number)).toThrow(InvalidOptionError);
      expect(() => random.integer(bound as number)).toThrow(/^bound: expected an integer from 1 to 4294967296/);
      expect(random.uint32()).toBe(createRandom(1).uint32());
    },
  );

  test('gives these integers for seed 1', () => {
    const random = createRandom(1);
    const bounds = [1, 10, 1000, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 1, 2 ** 32];
    expect(bounds.map((bound) => random.integer(bound))).toEqual([
      0, 4, 633, 1718739856, 2533938700, 2216674712, 3146689036,
    ]);
  });

  test('uniform numbers fill [0, 1) evenly', () => {
    const random = createRandom(7);
    const bins = new Float64Array(16);
    const draws = 160_000;
    for (let k = 0; k < draws; k++) bins[Math.floor(random.uniform() * 16)]++;
    const expected = draws / 16;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 15 degrees of freedom: 37.7 is passed once in a thousand.
    expect(chiSquare).toBeLessThan(37.7);
  });

  test('normal numbers have mean 0, variance 1 and normal tails', () => {
    const random = createRandom(8);
    const draws = Array.from({ length: 100_000 }, () => random.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    // P(|x| > 1.96) = 0.05, with a standard error of 0.0007.
    expect(draws.filter((x) => Math.abs(x) > 1.96).length / draws.length).toBeCloseTo(0.05, 2);
  });

  test('integers stay below their bound and reach all of it', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 20 }), (seed, bound) => {
        const random = createRandom(seed);
        const drawn = new Set(Array.from({ length: 40 * bound }, () => random.integer(bound)));
        expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...drawn)).toBeLessThan(bound);
        expect(drawn.size).toBe(bound);
      }),
      { numRuns: 30 },
    );
  });

  test('a bound near 2^32 is not biased towards small numbers', () => {
    const random = createRandom(9);
    const bound = 3 * 2 ** 30;
    const small = Array.from({ length: 30_000 }, () => random.integer(bound)).filter((value) => value < bound / 3);
    // Plain modulo would give a half instead of a third.
    expect(small.length / 30_000).toBeCloseTo(1 / 3, 1);
  });
});

describe('fork', () => {
  test('does not depend on what was drawn before', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), fc.nat(50), (seed, keys, draws) => {
        const used = createRandom(seed);
        for (let k = 0; k < draws; k++) used.uint32();
        expect(used.fork(...keys).uint32()).toBe(
          createRandom(seed)
            .fork(...keys)
            .uint32(),
        );
      }),
    );
  });

  test('other keys, other orders and other lengths give other streams', () => {
    const root = createRandom(1);
    const first = (...keys: number[]): string => {
      const random = root.fork(...keys);
      return `${random.uint32()} ${random.uint32()}`;
    };
    const streams = [[0], [1], [0, 0], [0, 1], [1, 0], [2 ** 32], [2 ** 32 + 1]].map((keys) => first(...keys));
    expect(new Set(streams).size).toBe(streams.length);
    const many = Array.from({ length: 20_000 }, (_, k) => first(k % 141, k));
    expect(new Set(many).size).toBe(many.length);
  });

  test('goes on from a state that was kept, whatever is drawn', () => {
    const draws = fc.array(fc.constantFrom('uniform', 'normal', 'uint32', 'integer', 'fork'), { maxLength: 12 });
    const draw = (random: ReturnType<typeof createRandom>, kinds: readonly string[]): number[] =>
      kinds.map((kind) => {
        if (kind === 'integer') return random.integer(1000);
        if (kind === 'fork') return random.fork(3).uniform();
        return random[kind as 'uniform' | 'normal' | 'uint32']();
      });
    fc.assert(
      fc.property(seeds, draws, draws, (seed, before, after) => {
        const random = createRandom(seed);
        draw(random, before);
        const state = JSON.parse(JSON.stringify(random.state()));
        const other = createRandom(0);
        other.normal();
        other.restore(state);
        expect(draw(other, after)).toEqual(draw(random, after));
      }),
    );
  });

  test('refuses what is no state, and stays where it is', () => {
    const [random, twin] = [createRandom(1), createRandom(1)];
    const state = random.state();
    const [first, ...rest] = state;
    for (const wrong of [
      [],
      rest,
      [first + 0.5, ...rest],
      [...state, 0],
      [...state.slice(0, -1), Number.NaN],
      [...state.slice(0, 7), 2, 0],
      ['1', ...rest],
      null,
      undefined,
      { length: 9 },
    ]) {
      const restore = (): void => random.restore(wrong as number[]);
      expect(restore).toThrow(InvalidOptionError);
      expect(restore).toThrow(/^state: expected the state of a generator, 9 numbers, the result of state\(\); found /);
    }
    expect(random.uint32()).toBe(twin.uint32());
  });
});

describe('keys of a fork', () => {
  const root = createRandom(1);

  test.each([Number.NaN, 0.5, 1e300, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, undefined, [1]])(
    '%o is refused: it would name the stream of another key',
    (key) => {
      const fork = () => root.fork(1, key as number);
      expect(fork).toThrow(InvalidOptionError);
      expect(fork).toThrow(/^key: expected an integer of at most 53 bits/);
    },
  );

  test('without a key there is no stream: it would be that of the seed itself', () => {
    expect(() => root.fork()).toThrow(/^keys: expected at least one integer/);
  });

  test('all integers of 53 bits are keys, each of a stream of its own', () => {
    const keys = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    expect(new Set(keys.map((key) => root.fork(key).uint32())).size).toBe(keys.length);
    expect(root.fork(-0).uint32()).toBe(root.fork(0).uint32());
  });
});
