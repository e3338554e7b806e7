/** Made-up batches, for the tests of the engine. */
import { createRandom } from '@ialp/core';
import type { Network, States, Targets, TrainingSettings } from '../network.js';

export const SETTINGS: TrainingSettings = {
  learningRate: 0.01,
  valueWeight: 0.5,
  entropyWeight: 0.02,
  maxGradientNorm: 1,
};

/** Made-up states: histories of every length, graded feedback, and a random quarter of the items forbidden. */
export function makeStates(sessions: number, items: number, historyLength: number, seed: number, features = 0): States {
  const random = createRandom(seed);
  const states: States = {
    sessions,
    items,
    historyLength,
    historyItems: new Int32Array(sessions * historyLength).fill(-1),
    historyFeedback: new Float32Array(sessions * historyLength),
    mask: new Uint8Array(sessions * items),
    ...(features > 0 && { userFeatures: Float32Array.from({ length: sessions * features }, () => random.normal()) }),
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

export function allowedActions({ sessions, items, mask }: States, seed: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length: sessions }, (_, row) => {
    for (;;) {
      const item = random.integer(items);
      if (mask[row * items + item] === 1) return item;
    }
  });
}

/** What each head is to become. */
export type RowTargets = Required<Pick<Targets, 'policyWeight' | 'valueTarget' | 'qTarget'>>;

export function makeTargets(sessions: number, seed: number): RowTargets {
  const random = createRandom(seed);
  return {
    policyWeight: Float32Array.from({ length: sessions }, () => random.normal()),
    valueTarget: Float32Array.from({ length: sessions }, () => 2 * random.normal()),
    qTarget: Float32Array.from({ length: sessions }, () => random.normal()),
  };
}

/** All weights of a network in one array. */
export function allWeights(network: Network): Float32Array {
  return Float32Array.from(Object.values(network.weights()).flatMap(({ data }) => [...data]));
}

/** `[sessions][items]`: all probabilities that a network gives. */
export function probabilityTable(network: Network, states: States): Float32Array[] {
  const evaluation = network.evaluate(states);
  const byItem = Array.from({ length: states.items }, (_, item) =>
    evaluation.propensity(new Int32Array(states.sessions).fill(item)),
  );
  return Array.from({ length: states.sessions }, (_, row) => Float32Array.from(byItem, (column) => column[row]));
}
