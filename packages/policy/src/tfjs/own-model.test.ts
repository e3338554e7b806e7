import { createRandom, InvalidOptionError } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError } from '../errors.js';
import type { Network, Targets, TrainingSettings } from '../network.js';
import { BACKENDS_TO_TEST, makeStates, quietly, someActions } from '../test-support/tensorflow.js';
import { layerVariables } from './layer-variables.js';
import type { ModelBuilder } from './model.js';
import type { TensorFlow } from './tensorflow.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

const ITEMS = 9;
const HISTORY = 4;
const SESSIONS = 6;
const SETTINGS: TrainingSettings = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.02, maxGradientNorm: 1 };
const states = makeStates(SESSIONS, ITEMS, HISTORY);
const actions = someActions(states);
const numbers = (make: (row: number) => number) => Float32Array.from({ length: SESSIONS }, (_, row) => make(row));

describe.each(BACKENDS_TO_TEST)("%s: a model of one's own", (backend) => {
  let tensorFlow: TensorFlow;
  beforeAll(async () => {
    tensorFlow = await quietly(backend);
  });
  const create = (model: ModelBuilder): Network =>
    createTensorFlowNetwork({ tensorFlow, items: ITEMS, historyLength: HISTORY, model, random: createRandom(1) });
  const step = (network: Network, targets: Targets) => network.trainStep(states, actions, () => targets, SETTINGS);

  /** Counts of the items in the history, and linear heads. */
  const counts: ModelBuilder = (tf, random, { items }) => {
    const scores = tf.variable(
      tf.tensor2d(
        Float32Array.from({ length: items * items }, () => random.normal()),
        [items, items],
      ),
    );
    const fixed = tf.variable(tf.tensor2d(new Float32Array(items * items).fill(1), [items, items]), false);
    return {
      specificationVersion: 'v1',
      variables: { scores, fixed },
      actorVariables: ['scores'],
      encode: ({ indices, filled }) =>
        tf.sum(tf.mul(tf.oneHot(indices, items, 1, 0, 'float32'), tf.expandDims(filled, 2)), 1),
      actor: (state: tf.Tensor2D) => tf.matMul(state, tf.mul(scores, fixed) as tf.Tensor2D),
    };
  };

  test('acts, trains, and keeps what is not trainable', () => {
    const network = create(counts);
    expect(network.heads).toEqual(['actor']);
    const [before, first] = [network.weights(), step(network, { policyWeight: numbers(() => 1) }).policyLoss];
    for (let count = 0; count < 30; count++) step(network, { policyWeight: numbers(() => 1) });
    expect(step(network, { policyWeight: numbers(() => 1) }).policyLoss).toBeLessThan(first);
    const { scores, fixed } = network.weights();
    expect(scores).not.toEqual(before['scores']);
    expect(fixed).toEqual(before['fixed']);
    network.dispose();
  });

  test('of layers', () => {
    const layered: ModelBuilder = (tf, random, { items, historyLength }) => {
      const seed = random.integer(2 ** 31);
      const initializer = tf.initializers.glorotNormal({ seed });
      const hidden = tf.layers.dense({
        name: 'hidden',
        inputShape: [historyLength],
        units: 6,
        activation: 'relu',
        kernelInitializer: initializer,
      });
      const actor = tf.layers.dense({ name: 'actor', units: items, kernelInitializer: initializer });
      const encoder = tf.sequential({ name: 'encoder', layers: [hidden] });
      actor.build([null, 6]);
      const variables = layerVariables(encoder, actor);
      return {
        specificationVersion: 'v1',
        variables,
        actorVariables: ['actor/kernel', 'actor/bias'],
        encode: ({ historyFeedback }) => encoder.apply(historyFeedback) as tf.Tensor,
        actor: (state) => actor.apply(state) as tf.Tensor,
      };
    };
    const before = tensorFlow.tf.memory().numTensors;
    const network = create(layered);
    expect(Object.keys(network.weights())).toEqual(['hidden/kernel', 'hidden/bias', 'actor/kernel', 'actor/bias']);
    const twin = network.copy();
    const targets = { policyWeight: numbers(() => 1) };
    const first = step(network, targets).policyLoss;
    for (let count = 0; count < 30; count++) step(network, targets);
    expect(step(network, targets).policyLoss).toBeLessThan(first);
    expect(step(twin, targets).policyLoss).toBe(first);
    network.dispose();
    twin.dispose();
    expect(tensorFlow.tf.memory().numTensors).toBe(before);
  });

  test('that does not fit is refused, and its weights are released', () => {
    const before = tensorFlow.tf.memory().numTensors;
    const changed =
      (change: (right: ReturnType<ModelBuilder>) => object): ModelBuilder =>
      (tf, random, sizes) => {
        const right = counts(tf, random, sizes);
        return { ...right, ...change(right) } as ReturnType<ModelBuilder>;
      };
    expect(() => create(changed(() => ({ actor: undefined })))).toThrow(InvalidOptionError);
    expect(() => create(changed(() => ({ actorVariables: ['score'] })))).toThrow(InvalidOptionError);
    expect(() => create(changed((right) => ({ value: (state: tf.Tensor) => right.actor?.(state) })))).toThrow(
      ShapeError,
    );
    expect(tensorFlow.tf.memory().numTensors).toBe(before);
    const unnamed = create(changed(() => ({ actorVariables: undefined })));
    expect(() => unnamed.scaleActor(0.5)).toThrow(InvalidOptionError);
    unnamed.dispose();
  });
});
