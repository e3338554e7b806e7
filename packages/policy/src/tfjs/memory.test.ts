import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { DivergenceError } from '../errors.js';
import type { Network, Targets, TrainingSettings } from '../network.js';
import { BACKENDS_TO_TEST, makeStates, quietly, someActions } from '../test-support/tensorflow.js';
import { attentionModel } from './architectures/attention.js';
import { gruModel } from './architectures/gru.js';
import { meanModel } from './architectures/mean.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

const SESSIONS = 6;
const SETTINGS: TrainingSettings = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.02, maxGradientNorm: 1 };
const states = makeStates(SESSIONS, 9, 4);
const actions = someActions(states);
const numbers = (make: (row: number) => number) => Float32Array.from({ length: SESSIONS }, (_, row) => make(row));
const step = (network: Network, targets: Targets) => network.trainStep(states, actions, () => targets, SETTINGS);
const options = { embedding: 4, hidden: 8, heads: ['actor', 'value', 'q'] as const };

describe.each(BACKENDS_TO_TEST)('%s', (backend) => {
  test.each([
    ['mean', meanModel(options)],
    ['gru', gruModel(options)],
    ['attention', attentionModel(options)],
  ])('%s: no tensor is left behind by anything', async (_, model) => {
    const tensorFlow = await quietly(backend);
    const { tf } = tensorFlow;
    const before = tf.memory().numTensors;
    const network = createTensorFlowNetwork({ tensorFlow, items: 9, historyLength: 4, model, random: createRandom(1) });
    const own = Object.keys(network.weights()).length;
    expect(tf.memory().numTensors).toBe(before + own);
    const targets = { policyWeight: numbers(Math.cos), valueTarget: numbers(Math.sin), qTarget: numbers(Math.sin) };
    for (let count = 0; count < 50; count++) {
      step(network, targets);
      network.evaluate(states).sample(createRandom(count));
      network.values(states);
      network.actionValues(states).top(2);
    }
    network.setWeights(network.weights());
    network.scaleActor(0.5);
    expect(() => step(network, { policyWeight: numbers(() => Number.NaN) })).toThrow(DivergenceError);
    const stop = () => {
      throw new Error('stop');
    };
    expect(() => network.trainStep(states, actions, stop, SETTINGS)).toThrow('stop');
    expect(tf.memory().numTensors).toBe(before + own);
    const twin = network.copy();
    expect(tf.memory().numTensors).toBe(before + 2 * own);
    twin.dispose();
    network.dispose();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
