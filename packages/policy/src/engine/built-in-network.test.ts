import { createRandom } from '@ialp/env';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { DivergenceError, InvalidOptionError, ShapeError, WeightsError } from '../errors.js';
import type { States, Targets, TrainingSettings, Weights } from '../network.js';
import { createNetwork } from './mean-pooling-network.js';

const SETTINGS: TrainingSettings = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.02, maxGradientNorm: 1 };

/** Made-up states: histories of every length, graded feedback, and a random quarter of the items forbidden. */
function makeStates(sessions: number, items: number, historyLength: number, seed: number): States {
  const random = createRandom(seed);
  const states: States = {
    sessions,
    items,
    historyLength,
    historyItems: new Int32Array(sessions * historyLength).fill(-1),
    historyFeedback: new Float32Array(sessions * historyLength),
    mask: new Uint8Array(sessions * items),
  };
  for (let row = 0; row < sessions; row++) {
    const filled = row % (historyLength + 1);
    for (let k = historyLength - filled; k < historyLength; k++) {
      states.historyItems[row * historyLength + k] = random.integer(items);
      states.historyFeedback[row * historyLength + k] = random.uniform();
    }
    for (let item = 0; item < items; item++) states.mask[row * items + item] = random.uniform() < 0.75 ? 1 : 0;
    states.mask[row * items + random.integer(items)] = 1;
  }
  return states;
}

function allowedActions({ sessions, items, mask }: States, seed: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length: sessions }, (_, row) => {
    for (;;) {
      const item = random.integer(items);
      if (mask[row * items + item] === 1) return item;
    }
  });
}

function makeTargets(sessions: number, seed: number): Targets {
  const random = createRandom(seed);
  return {
    policyWeight: Float32Array.from({ length: sessions }, () => random.normal()),
    valueTarget: Float32Array.from({ length: sessions }, () => 2 * random.normal()),
  };
}

/** The same network, loss, clipping and Adam, written with TensorFlow.js, whose automatic gradients are the reference. */
class TensorFlowReference {
  readonly variables: Record<string, tf.Variable>;
  readonly #optimizer: Record<string, { m: tf.Tensor; v: tf.Tensor }> = {};
  #steps = 0;

  constructor(weights: Weights) {
    this.variables = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        tf.variable(tf.tensor2d(data, shape as [number, number])),
      ]),
    );
  }

  forward(states: States): { logProbabilities: tf.Tensor2D; value: tf.Tensor1D } {
    const { sessions, historyLength, items } = states;
    const history = tf.tensor2d(states.historyItems, [sessions, historyLength], 'int32');
    const feedback = tf.tensor2d(states.historyFeedback, [sessions, historyLength]);
    const there = tf.cast(tf.greaterEqual(history, 0), 'float32');
    const at = tf.tensor2d(
      states.historyItems.map((item) => Math.max(item, 0)),
      [sessions, historyLength],
      'int32',
    );
    const count = tf.maximum(tf.sum(there, 1, true), 1);
    const liked = tf.mul(tf.gather(this.variables['liked'], at), tf.expandDims(tf.mul(there, feedback), 2));
    const passed = tf.mul(
      tf.gather(this.variables['passed'], at),
      tf.expandDims(tf.mul(there, tf.sub(1, feedback)), 2),
    );
    const mean = tf.div(tf.sum(tf.add(liked, passed), 1), count);
    const fill = tf.div(tf.sum(there, 1, true), historyLength);
    const meanFeedback = tf.div(tf.sum(tf.mul(there, feedback), 1, true), count);
    const pooled = tf.concat([mean, fill, meanFeedback, tf.zeros([sessions, 2])], 1);
    const hidden = tf.relu(
      tf.add(tf.matMul(pooled as tf.Tensor2D, this.variables['hidden']), this.variables['hiddenBias']),
    );
    const logits = tf.add(tf.matMul(hidden as tf.Tensor2D, this.variables['actor']), this.variables['actorBias']);
    const mask = tf.tensor2d(Float32Array.from(states.mask), [sessions, items]);
    const masked = tf.add(logits, tf.mul(tf.sub(mask, 1), 1e30));
    const value = tf.add(tf.sum(tf.mul(hidden, this.variables['critic']), 1), tf.squeeze(this.variables['criticBias']));
    return { logProbabilities: tf.logSoftmax(masked) as tf.Tensor2D, value: value as tf.Tensor1D };
  }

  loss(states: States, actions: Int32Array, targets: Targets, settings: TrainingSettings): tf.Scalar {
    const { logProbabilities, value } = this.forward(states);
    const chosen = tf.oneHot(tf.tensor1d(actions, 'int32'), states.items);
    const logProbability = tf.sum(tf.mul(logProbabilities, tf.cast(chosen, 'float32')), 1);
    const policy = tf.neg(tf.mean(tf.mul(tf.tensor1d(targets.policyWeight), logProbability)));
    const critic = tf.mean(tf.square(tf.sub(tf.tensor1d(targets.valueTarget), value)));
    const probabilities = tf.exp(logProbabilities);
    const entropy = tf.mean(tf.neg(tf.sum(tf.mul(probabilities, tf.maximum(logProbabilities, -1e20)), 1)));
    return tf.sub(
      tf.add(policy, tf.mul(settings.valueWeight, critic)),
      tf.mul(settings.entropyWeight, entropy),
    ) as tf.Scalar;
  }

  /** Gives the norm of the gradient before clipping. */
  train(states: States, actions: Int32Array, targets: Targets, settings: TrainingSettings): number {
    const { grads } = tf.variableGrads(
      () => this.loss(states, actions, targets, settings),
      Object.values(this.variables),
    );
    const gradient = (name: string): tf.Tensor => grads[this.variables[name].name];
    const names = Object.keys(this.variables);
    const norm = Math.sqrt(names.reduce((sum, name) => sum + tf.sum(tf.square(gradient(name))).dataSync()[0], 0));
    const scale = Math.min(1, settings.maxGradientNorm / norm);
    this.#steps++;
    for (const name of names) {
      const g = tf.mul(gradient(name), scale);
      const state = this.#optimizer[name] ?? { m: tf.zerosLike(g), v: tf.zerosLike(g) };
      const m = tf.add(tf.mul(0.9, state.m), tf.mul(0.1, g));
      const v = tf.add(tf.mul(0.999, state.v), tf.mul(0.001, tf.square(g)));
      this.#optimizer[name] = { m, v };
      const corrected = tf.div(m, 1 - 0.9 ** this.#steps);
      const deviation = tf.sqrt(tf.div(v, 1 - 0.999 ** this.#steps));
      this.variables[name].assign(
        tf.sub(this.variables[name], tf.mul(settings.learningRate, tf.div(corrected, tf.add(deviation, 1e-8)))),
      );
    }
    return norm;
  }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (let k = 0; k < expected.length; k++) {
    const error = Math.abs(actual[k] - expected[k]) / Math.max(1, Math.abs(expected[k]));
    expect(error, `${what}[${k}]: ${actual[k]} against ${expected[k]}`).toBeLessThan(tolerance);
  }
}

describe('against TensorFlow.js', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  // Item counts that are and are not a multiple of the vector width, one item, and batches of every remainder of 4.
  test.each([
    { items: 1, sessions: 3, historyLength: 2, embedding: 4, hidden: 4 },
    { items: 7, sessions: 1, historyLength: 3, embedding: 4, hidden: 8 },
    { items: 16, sessions: 6, historyLength: 5, embedding: 8, hidden: 12 },
    { items: 45, sessions: 23, historyLength: 10, embedding: 12, hidden: 16 },
  ])('$items items, $sessions states: probabilities, values and entropies', (sizes) => {
    const network = createNetwork({ ...sizes, random: createRandom(1) });
    // Logits that differ: the first weights are nearly uniform by design.
    network.scaleActor(100);
    const states = makeStates(sizes.sessions, sizes.items, sizes.historyLength, 2);
    const { logProbabilities, value } = new TensorFlowReference(network.weights()).forward(states);
    const expected = tf.exp(logProbabilities).arraySync();
    const evaluation = network.evaluate(states);
    expectClose(evaluation.value, value.dataSync(), 1e-5, 'value');
    for (let item = 0; item < sizes.items; item++) {
      const propensity = evaluation.propensity(new Int32Array(sizes.sessions).fill(item));
      expectClose(
        propensity,
        expected.map((row) => row[item]),
        1e-5,
        `propensity of item ${item}`,
      );
    }
  });

  test.each([
    { items: 7, sessions: 5, historyLength: 3, embedding: 4, hidden: 8, clip: Number.POSITIVE_INFINITY },
    { items: 45, sessions: 23, historyLength: 10, embedding: 12, hidden: 16, clip: Number.POSITIVE_INFINITY },
    { items: 45, sessions: 23, historyLength: 10, embedding: 12, hidden: 16, clip: 0.1 },
  ])('$items items, clipped at $clip: gradients and weights over ten training steps', ({ clip, ...sizes }) => {
    const network = createNetwork({ ...sizes, random: createRandom(3) });
    network.scaleActor(50);
    const reference = new TensorFlowReference(network.weights());
    const settings = { ...SETTINGS, maxGradientNorm: clip };
    for (let step = 0; step < 10; step++) {
      const states = makeStates(sizes.sessions, sizes.items, sizes.historyLength, 100 + step);
      const actions = allowedActions(states, 200 + step);
      const targets = makeTargets(sizes.sessions, 300 + step);
      const norm = reference.train(states, actions, targets, settings);
      const report = network.trainStep(states, actions, () => targets, settings);
      expect(Math.abs(report.gradientNorm / norm - 1), `gradient norm at step ${step}`).toBeLessThan(1e-4);
    }
    const weights = network.weights();
    for (const [name, variable] of Object.entries(reference.variables)) {
      // A tenth of one Adam step is the most that rounding may have moved a weight whose gradient is nearly 0.
      expectClose(weights[name].data, variable.dataSync(), 1e-3, name);
    }
  });
});

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
  ])('%s of %s', (option, value) => {
    const make = () => createNetwork({ items: 7, random: createRandom(1), [option]: value });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(expect.objectContaining({ option }));
  });

  test('states of another catalogue or with other histories', () => {
    expect(() => network().evaluate(makeStates(2, 8, 3, 1))).toThrow(ShapeError);
    expect(() => network().evaluate(makeStates(2, 7, 4, 1))).toThrow(ShapeError);
    expect(() => network().values(makeStates(2, 7, 2, 1))).toThrow(ShapeError);
  });

  test('weights that do not fit: the message names the tensor', () => {
    const { actor, ...others } = network().weights();
    expect(() => network().setWeights(others)).toThrow(WeightsError);
    expect(() => network().setWeights(others)).toThrow('weights.actor');
    expect(() => network().setWeights({ ...others, actor: { ...actor, shape: [7, 8] } })).toThrow('[8, 7]');
    const spoilt = actor.data.slice();
    spoilt[5] = Number.NaN;
    expect(() => network().setWeights({ ...others, actor: { ...actor, data: spoilt } })).toThrow('weights.actor[5]');
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
