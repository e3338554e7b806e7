/** Weights that are taken in several steps, of a network as large as that needs. */
import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import { NetworkStateError, WeightsError } from '../errors.js';
import type { Network, Weights } from '../network.js';
import type { Staging } from '../staging.js';
import { makeStates } from '../test-support/batch.js';
import { createNetwork } from './built-in-network.js';
import { sameBits } from './same-bits.js';

// No multiple of a block of items, and no power of two.
const [ITEMS, EMBEDDING, HIDDEN] = [6_005, 20, 52];

const make = (seed: number, encoder: 'mean' | 'gru' = 'mean'): Network =>
  createNetwork({
    ...{ items: ITEMS, historyLength: 3, embedding: EMBEDDING, hidden: HIDDEN, encoder },
    ...{ heads: ['actor', 'value', 'q'], random: createRandom(seed) },
  });

const states = makeStates(2, ITEMS, 3, 5);

function decided(network: Network): unknown {
  const [exact, approximate] = [false, true].map((each) => network.evaluate(states, { approximate: each }).top(20));
  const [q, rounded] = [false, true].map((each) => network.actionValues(states, { approximate: each }).top(20));
  return structuredClone([exact, approximate, q, rounded]);
}

/** Whether all bits are the same: `toEqual` takes seconds over so many. */
function areSame(found: Weights, expected: Weights): boolean {
  return Object.entries(expected).every(([name, { data }]) => sameBits(found[name]!.data, data));
}

/** Runs the steps; returns `commit` and the number of steps before the last. */
function run(staging: Staging, between: () => void = () => {}): { commit: () => void; steps: number } {
  for (let steps = 0; ; steps++) {
    const step = staging.next();
    if (step.done === true) return { commit: step.value, steps };
    between();
  }
}

test.each(['mean', 'gru'] as const)('%s: staged weights decide as those that are set', (encoder) => {
  const network = make(1, encoder);
  for (const seed of [2, 3, 4]) {
    const given = make(seed, encoder);
    const before = decided(network);
    const { commit, steps } = run(network.stageWeights!(given.weights()), () => {
      // What is used first while weights are staged is made of those that are there.
      expect(decided(network)).toEqual(before);
    });
    expect(steps).toBeGreaterThan(4);
    commit();
    expect(decided(network)).toEqual(decided(given));
    expect(areSame(network.weights(), given.weights())).toBe(true);
  }
});

test('tables that were first used after their step are made of the new weights', () => {
  const [network, given] = [make(1), make(2)];
  const { commit } = run(network.stageWeights!(given.weights()));
  decided(network);
  commit();
  expect(decided(network)).toEqual(decided(given));
});

test('a staging that was abandoned, in memory that is used for the first time, leaves nothing behind', () => {
  const [network, given] = [make(1), make(2)];
  const before = decided(network);
  for (const steps of [1, 2, 4]) {
    const staging = network.stageWeights!(make(3).weights());
    for (let step = 0; step < steps; step++) staging.next();
    staging.return(() => {});
    expect(decided(network)).toEqual(before);
  }
  run(network.stageWeights!(given.weights())).commit();
  expect(decided(network)).toEqual(decided(given));
});

test('padding stays 0: training after a commit has the same bits as after setWeights', () => {
  const [network, twin] = [make(1), make(1)];
  // Scratch memory, which the staging area may be made of.
  for (const each of [network, twin]) each.evaluate(makeStates(64, ITEMS, 3, 6));
  const weights = make(2).weights();
  run(network.stageWeights!(weights)).commit();
  twin.setWeights(weights);
  const settings = { learningRate: 0.01, valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 1 };
  const targets = { policyWeight: Float32Array.of(1, -1), valueTarget: Float32Array.of(1, 0) };
  for (const each of [network, twin]) {
    for (let step = 0; step < 3; step++) each.trainStep(states, Int32Array.of(6_004, 3), () => targets, settings);
  }
  expect(areSame(network.weights(), twin.weights())).toBe(true);
  expect(areSame(network.trainingState(), twin.trainingState())).toBe(true);
});

test('a number that is not finite is named, wherever it is', () => {
  const network = make(1);
  for (const [name, place] of [
    ['positive', ITEMS * EMBEDDING - 1],
    ['actor', 4_000 * HIDDEN],
    ['criticBias', 0],
  ] as const) {
    const weights: Weights = make(2).weights();
    weights[name]!.data[place] = Number.NaN;
    expect(() => run(network.stageWeights!(weights))).toThrow(WeightsError);
    expect(() => run(network.stageWeights!(weights))).toThrow(`weights.${name}[${place}]`);
  }
  expect(areSame(network.weights(), make(1).weights())).toBe(true);
});

test('a step of an older staging is refused, and so is a commit after dispose', () => {
  const network = make(1);
  const older = network.stageWeights!(make(2).weights());
  older.next();
  const newer = network.stageWeights!(make(3).weights());
  newer.next();
  expect(() => older.next()).toThrow(NetworkStateError);
  const { commit } = run(newer);
  network.dispose();
  expect(commit).toThrow(NetworkStateError);
});
