/** Made-up batches, for the tests of the engine. */
import { createRandom, type Observation } from '@ialp/core';
import type { Network, States, Targets, TrainingSettings } from '../network.js';
import { firstAllowedFrom, observationOf } from './observations.js';

export const SETTINGS: TrainingSettings = {
  learningRate: 0.01,
  valueWeight: 0.5,
  entropyWeight: 0.02,
  maxGradientNorm: 1,
};

/** Made-up states: histories of every length, graded feedback, and a random quarter of the items forbidden. */
export function makeStates(
  rows: number,
  items: number,
  historyLength: number,
  seed: number,
  features = 0,
): Observation {
  const random = createRandom(seed);
  const historyItems = new Int32Array(rows * historyLength).fill(-1);
  const historyFeedback = new Float32Array(rows * historyLength);
  const mask = new Uint8Array(rows * items);
  const userFeatures = Float32Array.from({ length: rows * features }, () => random.normal());
  for (let row = 0; row < rows; row++) {
    const filled = row % (historyLength + 1);
    for (let k = historyLength - filled; k < historyLength; k++) {
      historyItems[row * historyLength + k] = random.integer(items);
      historyFeedback[row * historyLength + k] = random.uniform();
    }
    for (let item = 0; item < items; item++) mask[row * items + item] = random.uniform() < 0.75 ? 1 : 0;
    mask[row * items + random.integer(items)] = 1;
  }
  const histories = { historyLength, historyItems, historyFeedback };
  return observationOf(rows, items, { ...histories, mask, ...(features > 0 && { userFeatures }) });
}

export function allowedActions(states: States, seed: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length: states.rows }, (_, row) => {
    for (;;) {
      const item = random.integer(states.items);
      if (firstAllowedFrom(states, row, item) === item) return item;
    }
  });
}

/** What each head is to become. */
export type RowTargets = Required<Pick<Targets, 'policyWeight' | 'valueTarget' | 'qTarget'>>;

export function makeTargets(rows: number, seed: number): RowTargets {
  const random = createRandom(seed);
  return {
    policyWeight: Float32Array.from({ length: rows }, () => random.normal()),
    valueTarget: Float32Array.from({ length: rows }, () => 2 * random.normal()),
    qTarget: Float32Array.from({ length: rows }, () => random.normal()),
  };
}

/** All weights of a network in one array. */
export function allWeights(network: Network): Float32Array {
  return Float32Array.from(Object.values(network.weights()).flatMap(({ data }) => [...data]));
}

/** `[rows][items]`: all probabilities that a network gives. */
export function probabilityTable(network: Network, states: States): Float32Array[] {
  const evaluation = network.evaluate(states);
  const byItem = Array.from({ length: states.items }, (_, item) =>
    evaluation.propensity(new Int32Array(states.rows).fill(item)),
  );
  return Array.from({ length: states.rows }, (_, row) => Float32Array.from(byItem, (column) => column[row]));
}
