/** The two engines behind `Network` are one network: the same weights, training and answers, within single precision. */
import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import type { Weights } from '../network.js';
import { BACKENDS_TO_TEST, makeStates, quietly, someActions } from '../test-support/tensorflow.js';
import { attentionModel } from './architectures/attention.js';
import { gruModel } from './architectures/gru.js';
import { meanModel } from './architectures/mean.js';
import { createTensorFlowNetwork } from './tensorflow-network.js';

const ITEMS = 19;
const HISTORY = 6;
const SESSIONS = 11;
const HEADS = ['actor', 'value', 'q'] as const;
const SETTINGS = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.05, qWeight: 0.3, maxGradientNorm: 1 };
const OPTIMIZERS = [{ name: 'adam' }, { name: 'sgd', momentum: 0.9 }] as const;
const MODELS = { mean: meanModel, gru: gruModel, attention: attentionModel };
const ENCODERS = [
  { encoder: 'mean', blocks: 1 },
  { encoder: 'gru', blocks: 1 },
  { encoder: 'attention', blocks: 1 },
  { encoder: 'attention', blocks: 2 },
] as const;
const SIDES = [
  { userFeatures: 0, known: {} },
  { userFeatures: 3, known: { itemEmbeddings: itemEmbeddings(true) } },
  { userFeatures: 3, known: { itemEmbeddings: itemEmbeddings(false) } },
];

function itemEmbeddings(train: boolean) {
  return { data: Float32Array.from({ length: ITEMS * 4 }, (_, k) => Math.sin(k)), width: 4, train };
}

const numbers = (make: (row: number) => number) => Float32Array.from({ length: SESSIONS }, (_, row) => make(row));

function differences(a: Weights, b: Weights): number[] {
  return Object.entries(a).flatMap(([name, { data }]) =>
    [...data].map((weight, k) => Math.abs(weight - b[name].data[k])),
  );
}

for (const backend of BACKENDS_TO_TEST) {
  const tensorFlow = await quietly(backend);

  describe.each(ENCODERS)(`${backend}: $encoder, $blocks blocks`, ({ encoder, blocks }) => {
    const cases = SIDES.flatMap((side) => OPTIMIZERS.map((optimizer) => ({ ...side, optimizer })));

    test.each(cases)('five steps of $optimizer.name, $userFeatures features, $known', (side) => {
      const { userFeatures, known, optimizer } = side;
      const sizes = { items: ITEMS, historyLength: HISTORY, userFeatures };
      const widths = { embedding: 8, hidden: 12, heads: HEADS, ...known };
      const ours = createNetwork({ ...sizes, ...widths, encoder, blocks, optimizer, random: createRandom(3) });
      const model = MODELS[encoder]({ ...widths, ...(encoder === 'attention' && { blocks }) });
      const theirs = createTensorFlowNetwork({ ...sizes, tensorFlow, model, optimizer, random: createRandom(4) });
      theirs.setWeights(ours.weights());
      const states = makeStates(SESSIONS, ITEMS, HISTORY, userFeatures);

      for (let step = 0; step < 5; step++) {
        const targets = {
          policyWeight: numbers((row) => Math.cos(row + step)),
          valueTarget: numbers(Math.sin),
          qTarget: numbers((row) => 2 * Math.sin(row * step)),
        };
        const [expected, found] = [ours, theirs].map((network) =>
          network.trainStep(states, someActions(states, step), () => targets, SETTINGS),
        );
        for (const part of ['policyLoss', 'valueLoss', 'qLoss', 'entropy', 'gradientNorm'] as const) {
          expect(found[part], `${part} of step ${step}`).toBeCloseTo(expected[part], 3);
        }
      }

      const apart = differences(ours.weights(), theirs.weights());
      expect(apart.reduce((sum, x) => sum + x, 0) / apart.length).toBeLessThan(2e-5);
      // Adam's steps have their full length by the mere sign of a gradient that is nearly 0.
      if (optimizer.name === 'sgd') expect(Math.max(...apart)).toBeLessThan(1e-5);
      const [expected, found] = [ours, theirs].map((network) => network.evaluate(states).top(5).scores);
      for (const [place, score] of expected.entries()) expect(found[place]).toBeCloseTo(score, 3);
      ours.dispose();
      theirs.dispose();
    });
  });
}
