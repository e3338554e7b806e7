/** TensorFlow.js and states, for the tests of this folder. */
import { createRandom, type Observation } from '@ialp/core';
import type { States } from '../network.js';
import { loadTensorFlow } from '../tfjs/load.js';
import type { BackendName, TensorFlow } from '../tfjs/tensorflow.js';
import { firstAllowedFrom, observationOf } from './observations.js';

/** Backends that need no native code. */
export const BACKENDS_TO_TEST = ['cpu', 'wasm'] as const;

/** Loads a backend without a word. */
export function quietly(backend: BackendName): Promise<TensorFlow> {
  return loadTensorFlow({ backend, log: () => {} });
}

/**
 * Made-up states: histories of every length, from empty to full, graded feedback, user features, and a quarter of the
 * items forbidden.
 */
export function makeStates(rows: number, items: number, historyLength: number, features = 0, seed = 1): Observation {
  const random = createRandom(seed);
  const historyItems = new Int32Array(rows * historyLength).fill(-1);
  const historyFeedback = new Float32Array(rows * historyLength);
  const mask = new Uint8Array(rows * items);
  for (let row = 0; row < rows; row++) {
    const filled = row % (historyLength + 1);
    for (let k = historyLength - filled; k < historyLength; k++) {
      historyItems[row * historyLength + k] = random.integer(items);
      historyFeedback[row * historyLength + k] = random.uniform();
    }
    for (let item = 0; item < items; item++) mask[row * items + item] = random.uniform() < 0.75 ? 1 : 0;
    mask[row * items + random.integer(items)] = 1;
  }
  const userFeatures = Float32Array.from({ length: rows * features }, () => random.normal());
  const histories = { historyLength, historyItems, historyFeedback };
  return observationOf(rows, items, { ...histories, mask, ...(features > 0 && { userFeatures }) });
}

/** The first allowed item of each state from a place in the catalogue on. */
export function someActions(states: States, from = 0): Int32Array {
  return Int32Array.from({ length: states.rows }, (_, row) => firstAllowedFrom(states, row, from + row));
}
