import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import {
  DivergenceError,
  MissingHeadError,
  NetworkStateError,
  OutOfMemoryError,
  ShapeError,
  WeightsError,
} from '../errors.js';
import type { Targets } from '../network.js';
import { allowedActions, makeStates, SETTINGS } from '../test-support/batch.js';
import { createNetwork } from './built-in-network.js';

describe('refusals', () => {
  const network = () => createNetwork({ items: 7, historyLength: 3, embedding: 4, hidden: 8, random: createRandom(1) });

  test.each([
    ['items', 0],
    ['items', 2.5],
    ['historyLength', 0],
    ['embedding', 6],
    ['embedding', 0],
    ['hidden', Number.NaN],
    ['hidden', 2],
    ['encoder', 'lstm'],
    ['blocks', 3],
    ['blocks', 0],
    ['userFeatures', -1],
    ['heads', []],
    ['heads', ['actor', 'actor']],
    ['heads', null],
    ['heads', 'actor'],
    ['heads', ['actor', 'judge']],
    ['optimizer.name', { name: 'rmsprop' }],
    ['optimizer.name', { name: 'toString' }],
    ['optimizer', null],
    ['optimizer', { name: 'sgd', momentun: 0.9 }],
    ['optimizer', { name: 'adam', momentum: 0.9 }],
    ['optimizer.beta1', { name: 'adam', beta1: 1 }],
    ['optimizer.momentum', { name: 'sgd', momentum: -0.1 }],
    ['kernels', 'fastest'],
    ['itemEmbeddings.width', { data: new Float32Array(21), width: 3 }],
    ['itemEmbeddings.data[3]', { data: new Float32Array(28).fill(Number.NaN, 3), width: 4 }],
    ['itemEmbeddings.data[3]', { data: new Float64Array(28).fill(1e300, 3), width: 4 }],
    ['itemEmbeddings.data', { data: new BigInt64Array(28), width: 4 }],
    ['itemEmbeddings.data', { data: new DataView(new ArrayBuffer(28)), width: 4 }],
    ['itemEmbeddings.train', { data: new Float32Array(28), width: 4, train: 'yes' }],
    ['itemEmbeddings', { data: new Float32Array(28), width: 4, trian: true }],
    ['itemEmbeddings', null],
  ])('%s of %s', (option, value) => {
    const [name] = option.split('.');
    const make = () => createNetwork({ items: 7, random: createRandom(1), [name]: value });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(expect.objectContaining({ option }));
  });

  test('states of another catalogue or with other histories', () => {
    expect(() => network().evaluate(makeStates(2, 8, 3, 1))).toThrow(ShapeError);
    expect(() => network().evaluate(makeStates(2, 7, 4, 1))).toThrow(ShapeError);
    expect(() => network().values(makeStates(2, 7, 2, 1))).toThrow(ShapeError);
  });

  test('item embeddings of another catalogue', () => {
    const itemEmbeddings = { data: new Float32Array(24), width: 4 };
    expect(() => createNetwork({ items: 7, itemEmbeddings, random: createRandom(1) })).toThrow(ShapeError);
  });

  test('user features that are missing, or of another number', () => {
    const withUsers = createNetwork({ items: 7, historyLength: 3, userFeatures: 2, random: createRandom(1) });
    expect(() => withUsers.evaluate(makeStates(2, 7, 3, 1))).toThrow('userFeatures');
    expect(() => withUsers.evaluate(makeStates(2, 7, 3, 1, 3))).toThrow(ShapeError);
  });

  test('a catalogue that 32-bit addresses do not reach', () => {
    const make = () => createNetwork({ items: 20_000_000, random: createRandom(1) });
    expect(make).toThrow(OutOfMemoryError);
    expect(make).toThrow('GiB');
  });

  test('no states at all', () => {
    expect(() => network().values(makeStates(0, 7, 3, 1))).toThrow(InvalidOptionError);
  });

  test('a call in the middle of a training step', () => {
    const trained = network();
    const states = makeStates(2, 7, 3, 1);
    const look = () => {
      trained.values(states);
      return {};
    };
    expect(() => trained.trainStep(states, allowedActions(states, 2), look, SETTINGS)).toThrow(NetworkStateError);
    expect(() => trained.trainStep(states, allowedActions(states, 2), look, SETTINGS)).toThrow('middle of a training');
    expect(trained.values(states)).toHaveLength(2);
  });

  test('targets that are too short, or of a head that it has not', () => {
    const states = makeStates(2, 7, 3, 1);
    const train = (targets: Targets) => () =>
      network().trainStep(states, allowedActions(states, 2), () => targets, SETTINGS);
    expect(train({ policyWeight: new Float32Array(1) })).toThrow(ShapeError);
    expect(train({ qTarget: new Float32Array(2) })).toThrow(MissingHeadError);
  });

  test('weights that do not fit: the message names the tensor', () => {
    const { actor, ...others } = network().weights();
    expect(() => network().setWeights(others)).toThrow(WeightsError);
    expect(() => network().setWeights(others)).toThrow('weights.actor');
    expect(() => network().setWeights({ ...others, actor: { ...actor, shape: [8, 7] } })).toThrow('[7, 8]');
    const spoilt = actor.data.slice();
    spoilt[5] = Number.NaN;
    expect(() => network().setWeights({ ...others, actor: { ...actor, data: spoilt } })).toThrow('weights.actor[5]');
  });

  test('weights that are no tensors of Float32Array, as plain JavaScript can pass them', () => {
    const weights = network().weights();
    const plain = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]),
    );
    const [name] = Object.keys(weights);
    for (const wrong of [null, undefined, 7, plain, { ...weights, [name]: null }, { ...weights, [name]: {} }]) {
      expect(() => network().setWeights(wrong as never)).toThrow(WeightsError);
    }
    expect(() => network().setWeights(plain as never)).toThrow(/data: expected a Float32Array; found a list/);
    const state = network().trainingState();
    const steps = 'optimizer/steps';
    for (const wrong of [
      null,
      undefined,
      plain,
      { ...state, [steps]: null },
      { ...state, [steps]: { shape: [1], data: [1] } },
    ]) {
      expect(() => network().setTrainingState(wrong as never)).toThrow(WeightsError);
    }
  });

  test('actions in no Int32Array, and targets that are no object', () => {
    const states = makeStates(2, 7, 3, 1);
    const actions = allowedActions(states, 2);
    const train = (given: unknown, targets: unknown) => () =>
      network().trainStep(states, given as never, () => targets as never, SETTINGS);
    for (const wrong of [Array.from(actions), null, undefined]) {
      expect(train(wrong, {})).toThrow(InvalidOptionError);
      expect(train(wrong, {})).toThrow(/actions: /);
    }
    for (const wrong of [null, undefined, 7]) expect(train(actions, wrong)).toThrow(/^targets: expected an object/);
    expect(train(actions, { policyWeight: null })).toThrow(/^targets.policyWeight: expected/);
    expect(train(actions, null)).toThrow(InvalidOptionError);
  });

  test.each<[string, unknown, RegExp]>([
    ['null', null, /^settings: expected an object, such as/],
    ['nothing', undefined, /^settings: expected an object, such as/],
    ['an empty object', {}, /^settings\.learningRate: /],
    ...['learningRate', 'valueWeight', 'entropyWeight', 'maxGradientNorm', 'qWeight'].map(
      (name): [string, unknown, RegExp] => [
        `a ${name} of NaN`,
        { ...SETTINGS, [name]: Number.NaN },
        new RegExp(`^settings\\.${name}: `),
      ],
    ),
    ['an endless learningRate', { ...SETTINGS, learningRate: Infinity }, /^settings\.learningRate: .*found Infinity/],
    ['a learningRate in words', { ...SETTINGS, learningRate: '0.01' }, /^settings\.learningRate: /],
    ['a maxGradientNorm of undefined', { ...SETTINGS, maxGradientNorm: undefined }, /^settings\.maxGradientNorm: /],
    ['a sampledSoftmax of null', { ...SETTINGS, sampledSoftmax: null }, /^settings\.sampledSoftmax: /],
  ])('settings that are or have %s, and the weights are as they were', (_, settings, message) => {
    const trained = network();
    const before = trained.weights();
    const states = makeStates(2, 7, 3, 1);
    const targets: Targets = { policyWeight: Float32Array.of(1, 1), valueTarget: Float32Array.of(1, 0) };
    const train = () => trained.trainStep(states, allowedActions(states, 2), () => targets, settings as never);
    expect(train).toThrow(InvalidOptionError);
    expect(train).toThrow(message);
    expect(trained.weights()).toEqual(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a learning rate of %s from the callback', (learningRate) => {
    const trained = network();
    const before = trained.weights();
    const states = makeStates(2, 7, 3, 1);
    const targets: Targets = { valueTarget: Float32Array.of(1, 0), learningRate };
    const train = () => trained.trainStep(states, allowedActions(states, 2), () => targets, SETTINGS);
    expect(train).toThrow(/^targets\.learningRate: /);
    expect(trained.weights()).toEqual(before);
  });

  test('a callback that is not a function', () => {
    const states = makeStates(2, 7, 3, 1);
    const train = () => network().trainStep(states, allowedActions(states, 2), null as never, SETTINGS);
    expect(train).toThrow(/^targets: expected a function/);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('an actor scaled by %s', (factor) => {
    expect(() => network().scaleActor(factor)).toThrow(InvalidOptionError);
  });

  test.each([
    ['a loss that is no number', { policyWeight: Number.NaN, valueTarget: 0 }],
    ['a gradient whose norm overflows', { policyWeight: 0, valueTarget: 1e38 }],
  ])('%s: a DivergenceError, and the weights are as they were', (_, { policyWeight, valueTarget }) => {
    const trained = network();
    const before = trained.weights();
    const states = makeStates(2, 7, 3, 1);
    const targets: Targets = {
      policyWeight: Float32Array.of(1, policyWeight),
      valueTarget: Float32Array.of(0, valueTarget),
    };
    expect(() => trained.trainStep(states, allowedActions(states, 2), () => targets, SETTINGS)).toThrow(
      DivergenceError,
    );
    expect(trained.weights()).toEqual(before);
  });
});

describe('what is known of the items', () => {
  const data = Float32Array.from({ length: 7 * 4 }, (_, k) => Math.sin(k));
  const sizes = { items: 7, historyLength: 3, hidden: 8 };
  const states = makeStates(6, 7, 3, 1);

  test.each([
    { embedding: 4, train: false },
    { embedding: 4, train: true },
    { embedding: 0, train: false },
  ])('$embedding own columns, train $train', ({ embedding, train }) => {
    const itemEmbeddings = { data, width: 4, train };
    const network = createNetwork({ ...sizes, embedding, itemEmbeddings, random: createRandom(1) });
    const before = network.weights();
    const policyWeight = new Float32Array(6).fill(1);
    network.trainStep(states, allowedActions(states, 2), () => ({ policyWeight }), { ...SETTINGS, learningRate: 0.1 });
    const after = network.weights();
    const width = embedding + 8;
    const known = (weights: typeof before, table: string, item: number, part: number) =>
      weights[table].data.slice(item * width + embedding + 4 * part, item * width + embedding + 4 * (part + 1));
    const zeros = new Float32Array(4);
    let moved = false;
    for (let item = 0; item < 7; item++) {
      const given = data.slice(4 * item, 4 * item + 4);
      expect(known(before, 'positive', item, 0)).toEqual(given);
      expect(known(before, 'positive', item, 1)).toEqual(zeros);
      expect(known(before, 'negative', item, 0)).toEqual(zeros);
      expect(known(before, 'negative', item, 1)).toEqual(given);
      if (!train) expect(known(after, 'positive', item, 0)).toEqual(given);
      else moved ||= known(after, 'positive', item, 0).some((value, k) => value !== given[k]);
    }
    expect(moved).toBe(train);
  });

  test('a network without embeddings of its own treats items with equal embeddings equally', () => {
    const twins = data.map((_, k) => data[k % 4]);
    const itemEmbeddings = { data: twins, width: 4 };
    const network = createNetwork({ ...sizes, embedding: 0, itemEmbeddings, random: createRandom(1) });
    const one = {
      ...makeStates(1, 7, 3, 1),
      historyItems: Int32Array.of(-1, -1, 2),
      historyFeedback: Float32Array.of(0, 0, 1),
    };
    const other = { ...one, historyItems: Int32Array.of(-1, -1, 5) };
    expect(network.values(other).slice()).toEqual(network.values(one).slice());
  });
});

test.each(['mean', 'gru', 'attention'] as const)('%s: 10,000 steps leave nothing behind in memory', (encoder) => {
  const network = createNetwork({
    items: 9,
    historyLength: 3,
    embedding: 4,
    hidden: 4,
    encoder,
    random: createRandom(1),
  });
  const states = makeStates(4, 9, 3, 1);
  const actions = allowedActions(states, 2);
  const targets = { policyWeight: new Float32Array(4).fill(0.1), valueTarget: new Float32Array(4) };
  const random = createRandom(3);
  const steps = (count: number): number => {
    for (let step = 0; step < count; step++) {
      network.trainStep(states, actions, () => targets, SETTINGS);
      network.evaluate(states).sample(random);
    }
    const { arrayBuffers, external } = process.memoryUsage();
    return arrayBuffers + external;
  };
  const before = steps(1000);
  // Small arrays that wait for the garbage collector count, too: their share does not grow.
  expect(steps(9000)).toBeLessThan(1.05 * before + 2 ** 22);
});
