/** Row-wise Adagrad of the item tensors, against another implementation in double precision. */
import { createRandom, InvalidOptionError, noExclusions } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remapItems } from '../catalogue/remap-items.js';
import { WeightsError } from '../errors.js';
import type { Network, Targets, Weights } from '../network.js';
import { allowedActions, makeStates, makeTargets } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { createNetwork } from './built-in-network.js';
import type { EncoderName, NetworkOptions } from './network-options.js';
import type { ItemOptimizer } from './rowwise-adagrad.js';

describeBuilds(() => {
  const ROWWISE = { name: 'rowwise-adagrad' } as const;
  const HEADS = ['actor', 'value', 'q'] as const;
  const ITEMS = 41;
  const HISTORY = 4;
  /** A step of gradient descent so long that the weights vanish beside it: what it leaves is the gradient. */
  const STRIDE = 2 ** 24;
  const SETTINGS = { valueWeight: 0.5, qWeight: 0.7, entropyWeight: 0.05 };

  /** Options of a network; `itemOptimizer: undefined` for the optimiser of all other tensors. */
  type Others = Partial<Omit<NetworkOptions, 'itemOptimizer'>> & { readonly itemOptimizer?: ItemOptimizer | undefined };

  function make(others: Others = {}): Network {
    const sizes = { items: ITEMS, historyLength: HISTORY, embedding: 8, hidden: 12, heads: HEADS };
    const network = createNetwork({
      ...sizes,
      itemOptimizer: ROWWISE,
      random: createRandom(1),
      ...others,
    } as NetworkOptions);
    network.scaleActor(50);
    return network;
  }

  /** The kinds of steps: on all items, on a sample, and on slates. */
  type Kind = 'exact' | 'sampled' | 'slates';

  function train(network: Network, kind: Kind, seed: number, learningRate: number, maxGradientNorm: number): number {
    const made = makeStates(9, ITEMS, HISTORY, seed);
    const settings = { ...SETTINGS, learningRate, maxGradientNorm };
    if (kind === 'slates') {
      const states = { ...made, available: new Uint8Array(ITEMS).fill(1), exclusions: noExclusions(9) };
      const random = createRandom(seed);
      const actions = new Int32Array(18);
      for (let row = 0; row < 9; row++) {
        actions[2 * row] = random.integer(ITEMS);
        actions[2 * row + 1] = (actions[2 * row] + 1) % ITEMS;
      }
      const { valueTarget } = makeTargets(9, seed);
      const policyWeight = Float32Array.from({ length: 18 }, () => random.normal());
      return network.trainSlates!(states, actions, () => ({ policyWeight, valueTarget }), settings).gradientNorm;
    }
    const sampled = kind === 'sampled' && { sampledSoftmax: { items: 6, random: createRandom(seed) } };
    const targets = (): Targets => makeTargets(9, seed);
    return network.trainStep(made, allowedActions(made, seed), targets, { ...settings, ...sampled }).gradientNorm;
  }

  /** The gradient at some weights, by a network whose item tensors are trained by gradient descent as all others. */
  function gradientOf(weights: Weights, kind: Kind, seed: number, others: Others): Weights {
    const network = make({
      ...others,
      itemOptimizer: undefined,
      optimizer: { name: 'sgd' },
    });
    network.setWeights(weights);
    train(network, kind, seed, STRIDE, Number.POSITIVE_INFINITY);
    const after = network.weights();
    network.dispose();
    return Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value, k) => (value - after[name].data[k]) / STRIDE) },
      ]),
    );
  }

  /** Row-wise Adagrad as its formula has it, with a sum for each row, and gradient descent of all other tensors. */
  class Reference {
    readonly sums = new Map<string, Float64Array>();
    readonly #trained: Readonly<Record<string, number>>;
    readonly #epsilon: number;
    readonly #factor: number;

    /** @param trained trained columns of the item tables, by name. */
    constructor(trained: Readonly<Record<string, number>>, epsilon: number, factor: number) {
      this.#trained = trained;
      this.#epsilon = epsilon;
      this.#factor = factor;
    }

    step(weights: Weights, gradient: Weights, rate: number, maxNorm: number): Record<string, Float64Array> {
      const numbers = Object.values(gradient).flatMap(({ data }) => [...data]);
      const norm = Math.hypot(...numbers);
      const scale = norm > maxNorm ? maxNorm / norm : 1;
      return Object.fromEntries(
        Object.entries(weights).map(([name, { data }]) => {
          const g = Float64Array.from(gradient[name].data, (value) => value * scale);
          const next = Float64Array.from(data);
          const isBias = name === 'actorBias' || name === 'qBias';
          const width = isBias ? 1 : data.length / ITEMS;
          const trained = isBias ? 1 : this.#trained[name];
          if (trained === undefined) return [name, next.map((value, k) => value - rate * g[k])];
          const sums = this.sums.get(name) ?? new Float64Array(ITEMS);
          this.sums.set(name, sums);
          for (let item = 0; item < ITEMS; item++) {
            const own = g.subarray(item * width, item * width + trained);
            sums[item] += own.reduce((sum, value) => sum + value * value, 0) / trained;
            if (sums[item] === 0) continue;
            for (let k = 0; k < trained; k++) {
              next[item * width + k] -= (this.#factor * rate * own[k]) / (Math.sqrt(sums[item]) + this.#epsilon);
            }
          }
          return [name, next];
        }),
      );
    }
  }

  /** Given features of the items, in columns behind the learned ones. */
  const features = (isTrained: boolean) => ({
    itemEmbeddings: {
      data: Float32Array.from({ length: 4 * ITEMS }, (_, k) => Math.sin(k)),
      width: 4,
      train: isTrained,
    },
  });

  const CASES: { encoder: EncoderName; others: Others; trained: number; epsilon: number; factor?: number }[] = [
    { encoder: 'mean', others: {}, trained: 8, epsilon: 1e-8 },
    { encoder: 'mean', others: features(false), trained: 8, epsilon: 0.1 },
    { encoder: 'mean', others: features(true), trained: 16, epsilon: 0 },
    { encoder: 'gru', others: { threads: 2 }, trained: 8, epsilon: 1e-8, factor: 0.25 },
    { encoder: 'attention', others: { blocks: 2 }, trained: 8, epsilon: 1e-8 },
    { encoder: 'mean', others: { tiedItems: true }, trained: 8, epsilon: 1e-8, factor: 2 },
    { encoder: 'gru', others: { tiedItems: true, threads: 2 }, trained: 8, epsilon: 1e-8 },
    { encoder: 'mean', others: { tiedItems: true, ...features(false), threads: 2 }, trained: 8, epsilon: 1e-8 },
    { encoder: 'mean', others: { tiedItems: true, ...features(true) }, trained: 12, epsilon: 1e-8 },
  ];

  test.each(CASES)('$encoder, $trained trained columns: as the formula in double precision', (tested) => {
    const { encoder, others, trained, epsilon, factor = 1 } = tested;
    const options = { ...others, encoder };
    const steps = fc.array(
      fc.record({
        kind: fc.constantFrom<Kind>('exact', 'sampled', 'slates'),
        seed: fc.nat(1e6),
        rate: fc.constantFrom(0.5, 0.01),
        maxNorm: fc.constantFrom(0.3, Number.POSITIVE_INFINITY),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(steps, (made) => {
        const itemOptimizer = { ...ROWWISE, epsilon, ...(factor !== 1 && { learningRateFactor: factor }) };
        const network = make({ ...options, optimizer: { name: 'sgd' }, itemOptimizer });
        const reference = new Reference(
          { positive: trained, negative: trained, item: trained, actor: 12, q: 12 },
          epsilon,
          factor,
        );
        for (const { kind, seed, rate, maxNorm } of made) {
          const before = network.weights();
          const gradient = gradientOf(before, kind, seed, options);
          const expected = reference.step(before, gradient, rate, maxNorm);
          const norm = train(network, kind, seed, rate, maxNorm);
          const exactNorm = Math.hypot(...Object.values(gradient).flatMap(({ data }) => [...data]));
          expect(Math.abs(norm - exactNorm)).toBeLessThan(1e-4 * exactNorm);
          for (const [name, { data }] of Object.entries(network.weights())) {
            const off = Math.max(...data.map((value, k) => Math.abs(value - expected[name][k])));
            expect(off, `${kind} ${name}`).toBeLessThan(2e-4 * rate * Math.max(factor, 1) + 2e-6);
          }
        }
        const state = network.trainingState();
        for (const [name, sums] of reference.sums) {
          const found = state[`optimizer/sum/${name}`];
          expect(found.shape).toEqual(name.endsWith('Bias') ? [1, ITEMS] : [ITEMS, 1]);
          found.data.forEach((value, item) => {
            expect(Math.abs(value - sums[item]), name).toBeLessThan(1e-3 * sums[item] + 1e-7);
          });
        }
        network.dispose();
      }),
      { numRuns: 12 },
    );
  });

  test('a step on a sample changes no row of another item, and stores no gradients or moments of the item tensors', () => {
    const network = make();
    const before = network.weights();
    train(network, 'sampled', 3, 0.1, 1);
    const after = network.weights();
    const shown = new Set(makeStates(9, ITEMS, HISTORY, 3).historyItems);
    const moved = (name: string): number[] => {
      const width = after[name].data.length / ITEMS;
      return Array.from({ length: ITEMS }, (_, item) => item).filter((item) =>
        after[name].data
          .subarray(item * width, (item + 1) * width)
          .some((x, k) => x !== before[name].data[item * width + k]),
      );
    };
    expect(moved('positive').filter((item) => !shown.has(item))).toEqual([]);
    expect(moved('positive').length).toBeGreaterThan(3);
    expect(moved('actor').length).toBeGreaterThan(3);
    expect(moved('actor').length).toBeLessThanOrEqual(8 + 9);
    expect(moved('actorBias')).toEqual(moved('actor'));
    expect(moved('q').length).toBeLessThanOrEqual(9);
    const names = Object.keys(network.trainingState()).filter((name) => name.startsWith('optimizer/'));
    expect(names.filter((name) => /positive|negative|actor|q$|qBias/.test(name))).toEqual(
      ['positive', 'negative', 'actor', 'actorBias', 'q', 'qBias'].map((name) => `optimizer/sum/${name}`),
    );
    expect(names).toContain('optimizer/first/hidden');
  });

  test.each(['mean', 'gru', 'attention'] as const)('%s: the same bits with 1, 2 and 3 threads', (encoder) => {
    const states = [1, 2, 3].map((threads) => {
      const network = make({ encoder, threads });
      for (const [k, kind] of (['sampled', 'exact', 'slates', 'sampled'] as const).entries())
        train(network, kind, k, 0.05, 1);
      const state = network.trainingState();
      network.dispose();
      return state;
    });
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  describe('training state', () => {
    const trainedNetwork = (others: Others = {}): Network => {
      const network = make(others);
      for (const seed of [1, 2]) train(network, 'sampled', seed, 0.05, 1);
      return network;
    };

    test('training goes on with the same bits, also after evaluations of larger batches', () => {
      const network = trainedNetwork();
      const resumed = make({ random: createRandom(7) });
      resumed.setTrainingState(network.trainingState());
      resumed.evaluate(makeStates(30, ITEMS, HISTORY, 5));
      for (const [k, kind] of (['sampled', 'exact', 'sampled'] as const).entries()) {
        for (const each of [network, resumed]) train(each, kind, 10 + k, 0.05, 1);
      }
      expect(resumed.trainingState()).toEqual(network.trainingState());
    });

    test('the state of another optimiser is refused, and named', () => {
      const sgd = { name: 'sgd', momentum: 0.9 } as const;
      const kinds: [Others, string[]][] = [
        [{ itemOptimizer: undefined }, ['first', 'second']],
        [{ itemOptimizer: undefined, optimizer: sgd }, ['velocity']],
        [{}, ['first', 'second', 'sum']],
        [{ optimizer: sgd }, ['velocity', 'sum']],
      ];
      const networks = kinds.map(([others, moments]) => ({ network: trainedNetwork(others), moments }));
      for (const { network, moments } of networks) {
        const before = network.trainingState();
        for (const other of networks) {
          if (other.network === network) continue;
          const set = () => network.setTrainingState(other.network.trainingState());
          expect(set).toThrow(WeightsError);
          for (const moment of [...moments, ...other.moments]) expect(set).toThrow(`optimizer/${moment}/`);
          expect(network.trainingState()).toEqual(before);
        }
        network.setWeights(networks[0].network.weights());
        expect(network.weights()).toEqual(networks[0].network.weights());
      }
    });

    test('sums of what has none are refused', () => {
      const network = trainedNetwork();
      const state = network.trainingState();
      const wrong = { ...state, 'optimizer/sum/critic': { shape: [1, 1], data: new Float32Array(1) } };
      expect(() => network.setTrainingState(wrong)).toThrow(WeightsError);
      expect(() => network.setTrainingState(wrong)).toThrow(/sum\/critic: expected the sums of .*actor.* alone/);
    });

    test.each([
      [
        'of another shape',
        (sums: Float32Array) => ({ shape: [1, ITEMS], data: sums }),
        'expected shape [41, 1]; found [1, 41]',
      ],
      [
        'negative',
        (sums: Float32Array) => ({ shape: [ITEMS, 1], data: sums.fill(-1, 5, 6) }),
        '[5]: expected a sum of squares',
      ],
      [
        'not finite',
        (sums: Float32Array) => ({ shape: [ITEMS, 1], data: sums.fill(Number.NaN, 5, 6) }),
        '[5]: expected a number',
      ],
    ])('sums that are %s are refused', (_, change, message) => {
      const network = trainedNetwork();
      const before = network.trainingState();
      const state = network.trainingState();
      const name = 'optimizer/sum/actor';
      const wrong = { ...state, [name]: change(state[name].data) };
      expect(() => network.setTrainingState(wrong)).toThrow(WeightsError);
      expect(() => network.setTrainingState(wrong)).toThrow(`${name}`);
      expect(() => network.setTrainingState(wrong)).toThrow(message);
      expect(network.trainingState()).toEqual(before);
    });

    test('setItemRows starts the rows of its items anew', () => {
      const network = trainedNetwork();
      const touched = network.trainingState()['optimizer/sum/actor'].data;
      const item = touched.findIndex((sum) => sum > 0);
      const rows = Object.fromEntries(
        network.itemTensors!.map(({ name, axis }) => {
          const width = axis === 0 ? network.weights()[name].shape[1] : 1;
          return [name, { shape: [1, width], data: new Float32Array(width).fill(0.5) }];
        }),
      );
      network.setItemRows!(Int32Array.of(item), rows);
      const after = network.trainingState();
      for (const { name } of network.itemTensors!) expect(after[`optimizer/sum/${name}`].data[item]).toBe(0);
      expect(after['optimizer/sum/actor'].data).toEqual(touched.map((sum, k) => (k === item ? 0 : sum)));
    });

    test('remapItems moves sums with their items; new items begin at 0', () => {
      const network = trainedNetwork();
      const state = network.trainingState();
      const from = Array.from({ length: ITEMS }, (_, item) => `item ${item}`);
      const to = ['new', ...from.slice(5).reverse(), null];
      const other = make({ items: to.length, random: createRandom(2) });
      const remapped = remapItems(state, { network: other, from, to });
      other.setTrainingState(remapped);
      const moved = other.trainingState();
      for (const { name } of network.itemTensors!) {
        const expected = to.map((id) =>
          id?.startsWith('item') ? state[`optimizer/sum/${name}`].data[from.indexOf(id)] : 0,
        );
        expect([...moved[`optimizer/sum/${name}`].data]).toEqual(expected);
      }
    });
  });

  test.each([
    [{ name: 'adam' }, 'itemOptimizer.name'],
    [{ name: 'rowwise-adagrad', epsilon: -1 }, 'itemOptimizer.epsilon'],
    [{ name: 'rowwise-adagrad', learningRateFactor: Number.NaN }, 'itemOptimizer.learningRateFactor'],
    [{ name: 'rowwise-adagrad', eps: 1 }, 'itemOptimizer'],
    ['rowwise-adagrad', 'itemOptimizer'],
  ])('%j is refused', (itemOptimizer, message) => {
    const refused = () => make({ itemOptimizer: itemOptimizer as never });
    expect(refused).toThrow(InvalidOptionError);
    expect(refused).toThrow(message);
  });
});
