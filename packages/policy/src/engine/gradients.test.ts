/** The gradient of every encoder, head and loss, against TensorFlow.js's and against differences. */
import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Head, Network, States, Targets, Weights } from '../network.js';
import { allowedActions, makeStates, makeTargets } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { quietly } from '../test-support/tensorflow.js';
import { attentionModel } from '../tfjs/architectures/attention.js';
import { gruModel } from '../tfjs/architectures/gru.js';
import { meanModel } from '../tfjs/architectures/mean.js';
import { createTensorFlowNetwork } from '../tfjs/tensorflow-network.js';
import { createNetwork } from './built-in-network.js';

const tensorFlow = await quietly('wasm');

describeBuilds(() => {
  const MODELS = { mean: meanModel, gru: gruModel, attention: attentionModel };
  /** A step of gradient descent so long that the weights vanish beside it: what it leaves is the gradient. */
  const STRIDE = 2 ** 24;
  const SETTINGS = { valueWeight: 0.5, qWeight: 0.7, entropyWeight: 0.05, maxGradientNorm: Number.POSITIVE_INFINITY };
  const PARTS = ['policyWeight', 'valueTarget', 'qTarget'] as const;
  const HEAD_OF = { policyWeight: 'actor', valueTarget: 'value', qTarget: 'q' } as const;

  function gradientOf(network: Network, states: States, actions: Int32Array, targets: Targets): Weights {
    const before = network.weights();
    network.trainStep(states, actions, () => targets, { ...SETTINGS, learningRate: STRIDE });
    const after = network.weights();
    return Object.fromEntries(
      Object.entries(before).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value, k) => (value - after[name].data[k]) / STRIDE) },
      ]),
    );
  }

  const length = (numbers: ArrayLike<number>): number => Math.hypot(...Array.from(numbers));

  /** The length of what is wrong with each tensor. */
  function errorsOf(found: Weights, expected: Weights): Record<string, number> {
    return Object.fromEntries(
      Object.entries(expected).map(([name, { data }]) => [
        name,
        length(data.map((value, k) => value - found[name].data[k])),
      ]),
    );
  }

  /** A little more than the rounding of a sum of a few numbers near 1, in single precision. */
  const ROUNDING = 2 ** -20;

  /** The same weights but for rounding: all at random, and all biases one way. */
  function roundedOtherwise(weights: Weights): Weights[] {
    const moved = (by: (name: string) => number): Weights =>
      Object.fromEntries(
        Object.entries(weights).map(([name, { shape, data }]) => [
          name,
          { shape, data: data.map((w) => w + by(name)) },
        ]),
      );
    const at = (sign: number): Weights[] => {
      const random = createRandom(3);
      return [
        moved(() => sign * ROUNDING * random.normal()),
        moved((name) => (name.toLowerCase().endsWith('bias') ? sign * ROUNDING : 0)),
      ];
    };
    return [...at(1), ...at(-1)];
  }

  /**
   * Relative to the tensor's own length, or to that of all where its own is next to nothing. Where the gradient of all is
   * 0, as with one item, both sides are rounding alone.
   *
   * One batch in some thousands makes much of rounding: the layer normalisation of numbers that are nearly the same, and
   * a rectifier whose input is nearly 0. There the expected gradient itself changes with the rounding of the weights, and
   * may be missed by as much.
   */
  function checkSameGradients(found: Weights, weights: Weights, expectedAt: (weights: Weights) => Weights): void {
    const expected = expectedAt(weights);
    const all = length(Object.values(expected).map(({ data }) => length(data)));
    const rounding = all < 1e-5 ? 1e-5 : 1e-7;
    const limits = Object.entries(expected).map(
      ([name, { data }]) => [name, 1e-4 * Math.max(length(data), 1e-2 * all) + rounding] as const,
    );
    const errors = errorsOf(found, expected);
    if (limits.every(([name, limit]) => errors[name] < limit)) return;
    const changes = roundedOtherwise(weights).map((other) => errorsOf(expectedAt(other), expected));
    for (const [name, limit] of limits) {
      const change = changes.reduce((sum, each) => sum + each[name], 0);
      expect(errors[name], name).toBeLessThan(limit + change);
    }
  }

  const shapes = fc.record({
    items: fc.integer({ min: 1, max: 45 }),
    sessions: fc.integer({ min: 1, max: 70 }),
    historyLength: fc.integer({ min: 1, max: 7 }),
    embedding: fc.constantFrom(4, 12, 16),
    hidden: fc.constantFrom(4, 8, 20),
    userFeatures: fc.constantFrom(0, 0, 3, 5),
    known: fc.constantFrom(undefined, { width: 4, train: false }, { width: 8, train: true }),
    heads: fc.subarray<Head>(['actor', 'value', 'q'], { minLength: 1 }),
    parts: fc.subarray([...PARTS], { minLength: 1 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });

  describe.each([
    { encoder: 'mean', blocks: 1 },
    { encoder: 'gru', blocks: 1 },
    { encoder: 'attention', blocks: 1 },
    { encoder: 'attention', blocks: 2 },
  ] as const)('$encoder, $blocks blocks', ({ encoder, blocks }) => {
    test('agree with those of TensorFlow.js to 1e-4, any shapes, heads and parts of the loss', () => {
      fc.assert(
        fc.property(
          shapes,
          ({ items, sessions, historyLength, userFeatures, known, heads, parts, seed, ...widths }) => {
            const random = createRandom(seed);
            const itemEmbeddings = known && {
              ...known,
              data: Float32Array.from({ length: items * known.width }, () => random.normal()),
            };
            const sizes = { items, historyLength, userFeatures, optimizer: { name: 'sgd' as const } };
            const inner = { ...widths, heads, ...(itemEmbeddings && { itemEmbeddings }) };
            const ours = createNetwork({ ...sizes, ...inner, encoder, blocks, random });
            if (heads.includes('actor')) ours.scaleActor(50);
            const model = MODELS[encoder]({ ...inner, ...(encoder === 'attention' && { blocks }) });
            const theirs = createTensorFlowNetwork({ ...sizes, tensorFlow, model, random });
            const states = makeStates(sessions, items, historyLength, seed, userFeatures);
            const actions = allowedActions(states, seed);
            const all = makeTargets(sessions, seed);
            const targets = Object.fromEntries(
              parts.filter((part) => heads.includes(HEAD_OF[part])).map((part) => [part, all[part]]),
            );
            const weights = ours.weights();
            checkSameGradients(gradientOf(ours, states, actions, targets), weights, (at) => {
              theirs.setWeights(at);
              return gradientOf(theirs, states, actions, targets);
            });
            theirs.dispose();
          },
        ),
        {
          numRuns: 40,
          // Each has a layer normalisation of numbers that are nearly the same.
          examples: [
            [
              {
                ...{ items: 40, sessions: 41, historyLength: 7, embedding: 12, hidden: 4, userFeatures: 0 },
                ...{ known: { width: 8, train: true }, heads: ['actor', 'q'], parts: [...PARTS], seed: 953163 },
              },
            ],
            [
              {
                ...{ items: 25, sessions: 40, historyLength: 4, embedding: 12, hidden: 4, userFeatures: 3 },
                ...{ known: { width: 4, train: false }, heads: ['actor'], parts: ['policyWeight'], seed: 131720 },
              },
            ],
          ],
        },
      );
    });

    /** Features of the items, for which a test also trains the columns of the tied table. */
    const features = (train: boolean) => ({
      itemEmbeddings: { data: Float32Array.from({ length: 4 * 9 }, (_, k) => Math.sin(3 * k) / 2), width: 4, train },
    });

    test.each([
      ['untied', {}, 5],
      ['tied', { tiedItems: true }, 9],
      ['tied with features', { tiedItems: true, ...features(true) }, 9],
    ] as const)('agree with differences of the loss, items %s', (_name, others, seed) => {
      const sizes = { items: 9, historyLength: 4, embedding: 8, hidden: 8, userFeatures: 2 };
      const heads: readonly Head[] = ['actor', 'value', 'q'];
      const network = createNetwork({
        ...sizes,
        encoder,
        blocks,
        heads,
        ...others,
        optimizer: { name: 'sgd' },
        // Weights of which no step crosses a bend of a rectifier.
        random: createRandom(seed),
      });
      network.scaleActor(50);
      const states = makeStates(12, 9, 4, 6, 2);
      const actions = allowedActions(states, 7);
      const targets = makeTargets(12, 8);
      const loss = (): number => {
        const still = { ...SETTINGS, learningRate: 0 };
        const { policyLoss, valueLoss, qLoss, entropy } = network.trainStep(states, actions, () => targets, still);
        return policyLoss + 0.5 * valueLoss + 0.7 * qLoss - 0.05 * entropy;
      };
      const weights = network.weights();
      const gradient = gradientOf(network, states, actions, targets);
      const random = createRandom(9);
      for (const [name, { data, shape }] of Object.entries(weights)) {
        // Along the gradient of one tensor, a little disturbed, so that the slope is no smaller than the rounding.
        const size = length(gradient[name].data);
        const direction = gradient[name].data.map((g) => g / size + (0.3 * random.normal()) / Math.sqrt(data.length));
        const at = (step: number): number => {
          network.setWeights({ ...weights, [name]: { shape, data: data.map((w, k) => w + step * direction[k]) } });
          return loss();
        };
        const slope = (at(0.01) - at(-0.01)) / 0.02;
        const expected = direction.reduce((sum, d, k) => sum + d * gradient[name].data[k], 0);
        expect(Math.abs(slope - expected), name).toBeLessThan(0.02 * Math.abs(expected) + 2e-4);
      }
    });

    test.each([undefined, 5])(
      'frozen features of tied items have no gradient; all else has the same, sample: %s',
      (sample) => {
        const [frozen, trained] = [false, true].map((train) => {
          const network = createNetwork({
            ...{ items: 9, historyLength: 4, embedding: 8, hidden: 8, encoder, blocks },
            ...{ tiedItems: true, ...features(train), optimizer: { name: 'sgd' }, random: createRandom(9) },
          });
          network.scaleActor(50);
          const states = makeStates(12, 9, 4, 6);
          const { policyWeight, valueTarget } = makeTargets(12, 8);
          const before = network.weights();
          const sampled = sample && { sampledSoftmax: { items: sample, random: createRandom(4) } };
          const settings = { ...SETTINGS, learningRate: 1, maxGradientNorm: Number.POSITIVE_INFINITY, ...sampled };
          const { gradientNorm } = network.trainStep(
            states,
            allowedActions(states, 7),
            () => ({ policyWeight, valueTarget }),
            settings,
          );
          return { before, after: network.weights(), gradientNorm };
        });
        const isFrozen = (k: number): boolean => k % 12 >= 8;
        expect(frozen.before).toEqual(trained.before);
        frozen.after['item'].data.forEach((value, k) => {
          expect(value, `${k}`).toBe((isFrozen(k) ? frozen.before : trained.after)['item'].data[k]);
        });
        expect(
          trained.after['item'].data.some((value, k) => isFrozen(k) && value !== trained.before['item'].data[k]),
        ).toBe(true);
        for (const name of Object.keys(frozen.after).filter((each) => each !== 'item')) {
          expect(frozen.after[name], name).toEqual(trained.after[name]);
        }
        // The norm is that of what is trained.
        const squares = Object.entries(frozen.after).flatMap(([name, { data }]) =>
          [...data].map((value, k) => (value - frozen.before[name].data[k]) ** 2),
        );
        const norm = Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
        expect(Math.abs(frozen.gradientNorm - norm)).toBeLessThan(1e-3 * norm);
        expect(frozen.gradientNorm).toBeLessThan(trained.gradientNorm);
      },
    );

    test.each([{ name: 'sgd' }, { name: 'adam' }] as const)('a hundred steps of $name stay together', (optimizer) => {
      const sizes = { items: 21, historyLength: 5, optimizer, random: createRandom(1) };
      const widths = { embedding: 8, hidden: 12 };
      const ours = createNetwork({ ...sizes, ...widths, encoder, blocks });
      const model = MODELS[encoder]({ ...widths, ...(encoder === 'attention' && { blocks }) });
      const theirs = createTensorFlowNetwork({ ...sizes, tensorFlow, model });
      theirs.setWeights(ours.weights());
      const settings = { ...SETTINGS, learningRate: optimizer.name === 'sgd' ? 0.05 : 0.003, maxGradientNorm: 1 };
      for (let step = 0; step < 100; step++) {
        const states = makeStates(16, 21, 5, step);
        const { policyWeight, valueTarget } = makeTargets(16, step);
        for (const network of [ours, theirs]) {
          network.trainStep(states, allowedActions(states, step), () => ({ policyWeight, valueTarget }), settings);
        }
      }
      const states = makeStates(30, 21, 5, 1000);
      const everyone = Array.from({ length: 21 }, (_, item) => new Int32Array(30).fill(item));
      const [found, expected] = [ours, theirs].map((network) => {
        const evaluation = network.evaluate(states);
        return { value: evaluation.value, table: everyone.map((items) => evaluation.propensity(items)) };
      });
      const apart = (a: Float32Array, b: Float32Array): number =>
        Math.max(...a.map((value, k) => Math.abs(value - b[k])));
      expect(apart(found.value, expected.value)).toBeLessThan(1e-3);
      for (const item of everyone.keys()) expect(apart(found.table[item], expected.table[item])).toBeLessThan(1e-3);
      theirs.dispose();
    });
  });
});
