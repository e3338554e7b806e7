import { createRandom, writeMask } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import type { Network, States, TrainingSettings, Weights } from '../../network.js';
import type { RowTargets } from '../../test-support/batch.js';
import { BACKENDS_TO_TEST, makeStates, quietly, someActions } from '../../test-support/tensorflow.js';
import type { ModelBuilder } from '../model.js';
import { createTensorFlowNetwork } from '../tensorflow-network.js';
import { attentionModel } from './attention.js';
import { gruModel } from './gru.js';
import { meanModel } from './mean.js';
import type { ArchitectureOptions } from './options.js';
import { type Encode, encodeAttention, encodeGru, encodeMean, headsOfState, logSoftmax } from './test-reference.js';

const ITEMS = 11;
const HISTORY = 5;
const FEATURES = 3;
const ROWS = 7;
const HEADS = ['actor', 'value', 'q'] as const;

const ARCHITECTURES: [name: string, make: (options: ArchitectureOptions) => ModelBuilder, encode: Encode][] = [
  ['mean', meanModel, encodeMean],
  ['gru', gruModel, encodeGru],
  ['attention', attentionModel, encodeAttention],
  ['attention of two blocks', (options) => attentionModel({ ...options, blocks: 2 }), encodeAttention],
];

const itemEmbeddings = (train: boolean) => ({
  data: Float32Array.from({ length: ITEMS * 2 }, (_, k) => Math.sin(k)),
  width: 2,
  train,
});

/** Every weight of some size, so that each shows. */
function shaken(weights: Weights): Weights {
  const random = createRandom(77);
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((weight) => weight + 0.4 * random.normal()) },
    ]),
  );
}

function maskOf(states: States, row: number): Uint8Array {
  const mask = new Uint8Array(ITEMS);
  writeMask(states, row, mask);
  return mask;
}

/** The loss in double precision. */
function loss(
  encode: Encode,
  weights: Weights,
  states: States,
  actions: Int32Array,
  targets: RowTargets,
  settings: TrainingSettings,
): number {
  let sum = 0;
  for (const [row, action] of actions.entries()) {
    const { logits, value, q } = headsOfState(weights, encode(weights, states, row));
    const { log, entropy } = logSoftmax(logits, maskOf(states, row));
    sum -= targets.policyWeight[row] * log[action] + settings.entropyWeight * entropy;
    sum += settings.valueWeight * (targets.valueTarget[row] - value) ** 2;
    sum += (settings.qWeight ?? 1) * (targets.qTarget[row] - q[action]) ** 2;
  }
  return sum / actions.length;
}

function expectClose(found: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: ${found} against ${expected}`).toBeLessThan(tolerance);
}

for (const backend of BACKENDS_TO_TEST) {
  const tensorFlow = await quietly(backend);
  const sizes = { tensorFlow, items: ITEMS, historyLength: HISTORY };
  const sgd = { name: 'sgd' } as const;

  describe.each(ARCHITECTURES)(`${backend}: %s against double precision`, (_, make, encode) => {
    const states = makeStates(ROWS, ITEMS, HISTORY, FEATURES);

    function network(model: ModelBuilder, userFeatures = FEATURES): Network {
      const made = createTensorFlowNetwork({
        ...sizes,
        model,
        userFeatures,
        optimizer: sgd,
        random: createRandom(5),
      });
      made.setWeights(shaken(made.weights()));
      return made;
    }

    test.each([0, FEATURES])('probabilities, values and action values, %i user features', (userFeatures) => {
      const made = network(
        make({ embedding: 4, hidden: 6, heads: HEADS, itemEmbeddings: itemEmbeddings(true) }),
        userFeatures,
      );
      const weights = made.weights();
      for (let item = 0; item < ITEMS; item++) {
        const asked = new Int32Array(ROWS).fill(item);
        const evaluation = made.evaluate(states);
        const propensity = evaluation.propensity(asked);
        const q = made.actionValues(states).of(asked);
        for (let row = 0; row < ROWS; row++) {
          const expected = headsOfState(weights, encode(weights, states, row));
          const { log } = logSoftmax(expected.logits, maskOf(states, row));
          expectClose(propensity[row], Math.exp(log[item]), 1e-5, `probability of ${item} in ${row}`);
          expectClose(evaluation.value[row], expected.value, 1e-5, `value of ${row}`);
          expectClose(q[row], expected.q[item], 1e-5, `action value of ${item} in ${row}`);
        }
      }
      made.dispose();
    });

    test.each([true, false])('gradients of every weight, by differences; item embeddings trained: %s', (train) => {
      const made = network(make({ embedding: 4, hidden: 6, heads: HEADS, itemEmbeddings: itemEmbeddings(train) }));
      const settings = { learningRate: 1, valueWeight: 0.5, entropyWeight: 0.3, qWeight: 0.7, maxGradientNorm: 1e9 };
      const actions = someActions(states, 3);
      const targets = {
        policyWeight: Float32Array.from({ length: ROWS }, (__, row) => Math.cos(row)),
        valueTarget: Float32Array.from({ length: ROWS }, (__, row) => Math.sin(row)),
        qTarget: Float32Array.from({ length: ROWS }, (__, row) => Math.sin(2 * row)),
      };
      const before = made.weights();
      const { gradientNorm } = made.trainStep(states, actions, () => targets, settings);
      const after = made.weights();
      let squares = 0;
      for (const [name, { shape, data }] of Object.entries(before)) {
        for (let k = 0; k < data.length; k++) {
          const found = data[k] - after[name].data[k];
          const given = (name === 'positive' || name === 'negative') && k % shape[1] >= 4;
          if (given && !train) {
            expect(found, `${name}[${k}] stays`).toBe(0);
            continue;
          }
          const at = (shift: number): number => {
            const moved = Float64Array.from(data);
            moved[k] += shift;
            // The reference reads any list of numbers.
            const weights = { ...before, [name]: { shape, data: moved as unknown as Float32Array } };
            return loss(encode, weights, states, actions, targets, settings);
          };
          const expected = (at(1e-5) - at(-1e-5)) / 2e-5;
          squares += expected ** 2;
          expectClose(found, expected, 2e-5, `slope of ${name}[${k}]`);
        }
      }
      expectClose(gradientNorm, Math.sqrt(squares), 1e-4, 'gradientNorm');
      made.dispose();
    });
  });

  describe(`${backend}: names and shapes`, () => {
    const shapes = (model: ModelBuilder, userFeatures = 0): Record<string, readonly number[]> => {
      const made = createTensorFlowNetwork({ ...sizes, userFeatures, model, random: createRandom(1) });
      const result = Object.fromEntries(Object.entries(made.weights()).map(([name, { shape }]) => [name, shape]));
      made.dispose();
      return result;
    };
    const tables = { positive: [ITEMS, 4], negative: [ITEMS, 4] };
    const heads = { actor: [ITEMS, 6], actorBias: [1, ITEMS], critic: [1, 6], criticBias: [1, 1] };
    const small = { embedding: 4, hidden: 6 };

    test('mean', () => {
      const encoder = { hidden: [8, 6], hiddenBias: [1, 6] };
      expect(shapes(meanModel(small))).toEqual({ ...tables, ...encoder, ...heads });
      expect(shapes(meanModel(small), 3)).toEqual({ ...tables, ...encoder, user: [3, 6], ...heads });
      expect(shapes(meanModel({ ...small, heads: ['q'] }))).toEqual({
        ...tables,
        ...encoder,
        q: [ITEMS, 6],
        qBias: [1, ITEMS],
      });
      expect(shapes(meanModel({ ...small, itemEmbeddings: itemEmbeddings(false) }))).toEqual({
        positive: [ITEMS, 8],
        negative: [ITEMS, 8],
        hidden: [12, 6],
        hiddenBias: [1, 6],
        ...heads,
      });
    });

    test('gru', () => {
      const encoder = { inputGates: [4, 18], stateGates: [6, 18], gatesBias: [1, 18], candidateBias: [1, 6] };
      expect(shapes(gruModel(small))).toEqual({ ...tables, ...encoder, ...heads });
    });

    test('attention', () => {
      const block = (name: string) => ({
        [`${name}.attentionScale`]: [1, 6],
        [`${name}.attentionShift`]: [1, 6],
        [`${name}.query`]: [6, 6],
        [`${name}.key`]: [6, 6],
        [`${name}.value`]: [6, 6],
        [`${name}.feedScale`]: [1, 6],
        [`${name}.feedShift`]: [1, 6],
        [`${name}.feedIn`]: [6, 6],
        [`${name}.feedInBias`]: [1, 6],
        [`${name}.feedOut`]: [6, 6],
        [`${name}.feedOutBias`]: [1, 6],
      });
      expect(shapes(attentionModel({ ...small, blocks: 2 }))).toEqual({
        ...tables,
        input: [4, 6],
        position: [HISTORY, 6],
        ...block('block1'),
        ...block('block2'),
        outputScale: [1, 6],
        outputShift: [1, 6],
        ...heads,
      });
    });

    test('item embeddings start in their own columns', () => {
      const model = meanModel({ ...small, itemEmbeddings: itemEmbeddings(false) });
      const made = createTensorFlowNetwork({ ...sizes, model, random: createRandom(1) });
      const { positive, negative } = made.weights();
      const { data } = itemEmbeddings(false);
      for (let item = 0; item < ITEMS; item++) {
        const given = [...data.subarray(2 * item, 2 * item + 2)];
        expect([...positive.data.subarray(8 * item + 4, 8 * item + 8)]).toEqual([...given, 0, 0]);
        expect([...negative.data.subarray(8 * item + 4, 8 * item + 8)]).toEqual([0, 0, ...given]);
      }
      made.dispose();
    });
  });
}
