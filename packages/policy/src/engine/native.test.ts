/** Native kernels beside those of WebAssembly: the same numbers within a tolerance, on every instruction set of this processor. */
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Head, Network } from '../network.js';
import { allowedActions, makeStates, makeTargets, SETTINGS } from '../test-support/batch.js';
import { Arena } from './arena.js';
import { createNetwork } from './built-in-network.js';
import { type Build, type Kernels, loadKernels } from './kernels.js';

/** More than one block of items; widths that are no whole vectors, and some that are. */
const SIZES = [
  { items: 1100, historyLength: 5, embedding: 12, hidden: 20, userFeatures: 3 },
  { items: 300, historyLength: 10, embedding: 32, hidden: 64, userFeatures: 0 },
  { items: 37, historyLength: 3, embedding: 4, hidden: 4, userFeatures: 2 },
];
const SESSIONS = 70;
const HEADS: readonly Head[] = ['actor', 'value', 'q'];
const STEPS = 3;
/**
 * How far the changes of weights in `STEPS` steps may be apart, relative to the greatest of their tensor; the README states it. With SGD: Adam
 * takes steps of one size for any gradient, also for one that is all but 0, of which rounding decides the sign.
 */
const TOLERANCE = 1e-4;
const TRAINING = { ...SETTINGS, learningRate: 1 };
const SETS = process.arch === 'arm64' ? ['neon', 'scalar'] : ['avx512', 'avx2', 'scalar'];

type Make = typeof createNetwork;

/** `createNetwork` of a fresh copy of the engine, which loads the add-on anew; the reason if the set does not run here. */
async function makerFor(instructions: string): Promise<Make | string> {
  vi.resetModules();
  vi.stubEnv('IALP_NATIVE_INSTRUCTIONS', instructions);
  const { nativeAddon } = await import('./native-addon.js');
  try {
    nativeAddon();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return (await import('./built-in-network.js')).createNetwork;
}

/** What a network computes and learns. */
function run(
  make: Make,
  kernels: Build,
  options: (typeof SIZES)[number],
  encoder: 'mean' | 'gru' | 'attention',
  threads = 1,
) {
  const network: Network = make({
    ...options,
    encoder,
    heads: HEADS,
    optimizer: { name: 'sgd' },
    threads,
    kernels,
    random: createRandom(1),
  });
  const { items, historyLength, userFeatures } = options;
  const states = makeStates(SESSIONS, items, historyLength, 1, userFeatures);
  const evaluation = network.evaluate(states);
  const probabilities = Array.from({ length: 37 }, (_, item) =>
    evaluation.propensity(new Int32Array(SESSIONS).fill(item)),
  );
  const best = evaluation.top(5).items;
  const before = network.weights();
  for (let step = 0; step < STEPS; step++) {
    network.trainStep(states, allowedActions(states, step), () => makeTargets(SESSIONS, step), {
      ...TRAINING,
      // Once on a sample of the items, through the kernels of rows.
      ...(step === 1 && { sampledSoftmax: { items: 20, random: createRandom(step) } }),
    });
  }
  const changes = Object.fromEntries(
    Object.entries(network.weights()).map(([name, { data }]) => [name, data.map((x, k) => x - before[name].data[k])]),
  );
  network.dispose();
  return { probabilities, best, changes };
}

function expectClose(found: Record<string, Float32Array>, expected: Record<string, Float32Array>): void {
  for (const [name, data] of Object.entries(expected)) {
    const size = Math.max(...data.map(Math.abs));
    const off = Math.max(...data.map((value, k) => Math.abs(value - found[name][k])));
    expect(off, `${name}, greatest ${size}`).toBeLessThanOrEqual(TOLERANCE * size);
  }
}

const makers = new Map<string, Make | string>();
for (const instructions of SETS) makers.set(instructions, await makerFor(instructions));
vi.unstubAllEnvs();

describe.each(SETS)('%s', (instructions) => {
  const make = makers.get(instructions);
  if (typeof make !== 'function') {
    test('this instruction set', ({ skip }) => skip(make));
    return;
  }

  test('has every kernel, with as many arguments', () => {
    const { kernels: wasm, names } = loadKernels('portable', new Arena(), false);
    const { kernels: native, names: found } = loadKernels('native', new Arena(), false);
    expect([...found].sort()).toEqual([...names].sort());
    for (const name of names as (keyof Kernels)[]) {
      // Zeros are sizes and addresses of nothing.
      const call = (count: number) => () => (native[name] as (...args: number[]) => void)(...new Array(count).fill(0));
      expect(call(wasm[name].length), name).not.toThrow(TypeError);
      expect(call(wasm[name].length - 1), name).toThrow(TypeError);
      expect(call(wasm[name].length + 1), name).toThrow(TypeError);
    }
  });

  describe.each(['mean', 'gru', 'attention'] as const)('%s', (encoder) => {
    test.each(SIZES)('$items items, width $hidden: as the portable build, within the tolerance', (options) => {
      const expected = run(createNetwork, 'portable', options, encoder);
      const found = run(make, 'native', options, encoder);
      found.probabilities.forEach((row, k) => {
        row.forEach((p, item) => {
          const other = expected.probabilities[k][item];
          expect(Math.abs(p - other)).toBeLessThanOrEqual(1e-5 * other);
        });
      });
      expectClose(found.changes, expected.changes);
    });

    test('1, 2 and 3 threads, and once more: the same bits', () => {
      const one = run(make, 'native', SIZES[0], encoder);
      for (const threads of [1, 2, 3]) expect(run(make, 'native', SIZES[0], encoder, threads)).toEqual(one);
    });
  });
});

test('an instruction set that does not exist is refused, also by auto', ({ skip }) => {
  if (!SETS.some((instructions) => typeof makers.get(instructions) === 'function')) skip('the add-on does not load');
  vi.stubEnv('IALP_NATIVE_INSTRUCTIONS', 'mmx');
  vi.resetModules();
  const refused = (kernels: 'native' | 'auto') => async () => {
    const { createNetwork: make } = await import('./built-in-network.js');
    return make({ items: 7, kernels, random: createRandom(1) });
  };
  return Promise.all(
    (['native', 'auto'] as const).map(async (kernels) => {
      await expect(refused(kernels)).rejects.toThrow(InvalidOptionError);
      await expect(refused(kernels)).rejects.toThrow(/IALP_NATIVE_INSTRUCTIONS.*scalar/);
    }),
  ).finally(() => vi.unstubAllEnvs());
});

test('a network says which kernels compute it', () => {
  expect(createNetwork({ items: 7, kernels: 'portable', random: createRandom(1) }).kernels).toBe('portable');
});

describe('where the add-on does not load', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.resetModules();
  });

  /** A fresh copy of the package, in a runtime with this in place of `node:module`. */
  async function withModules(modules: object | undefined) {
    vi.resetModules();
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(modules as never);
    return import('../index.js');
  }

  /** As Node's `require` says it. Node's own may find the package: what runs the tests can have set NODE_PATH to all packages. */
  function missing(name: string): never {
    throw Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- here`), {
      code: 'MODULE_NOT_FOUND',
    });
  }

  test.each([
    ['a browser', undefined, /in Node alone; found no node:module\. kernels: 'auto' falls back/],
    [
      'a folder without the package',
      { createRequire: () => missing },
      /policy-native is not installed\. Run npm install @ialp\/policy-native\. kernels: 'auto' falls back/,
    ],
    [
      'another version',
      { createRequire: () => () => ({ loadNative: () => ({ specificationVersion: 'v9' }) }) },
      /Expected version v1 .*; found v9\. Install the same versions/,
    ],
  ])('native is refused in %s, with what to do', async (_, modules, message) => {
    const policy = await withModules(modules);
    const make = () => policy.createNetwork({ items: 7, kernels: 'native', random: createRandom(1) });
    // Twice: the second answer is remembered.
    for (let times = 0; times < 2; times++) {
      expect(make).toThrow(policy.NativeKernelsError);
      expect(make).toThrow(message);
    }
  });

  test('auto takes the default', async () => {
    const policy = await withModules(undefined);
    const weights = (kernels?: 'auto') => {
      const network = policy.createNetwork({ items: 7, ...(kernels && { kernels }), random: createRandom(1) });
      const states = makeStates(4, 7, 10, 1);
      network.trainStep(
        states,
        allowedActions(states, 1),
        () => ({ valueTarget: makeTargets(4, 1).valueTarget }),
        SETTINGS,
      );
      return network.weights();
    };
    expect(weights('auto')).toEqual(weights());
    expect(policy.createNetwork({ items: 7, kernels: 'auto', random: createRandom(1) }).kernels).not.toBe('native');
  });
});
