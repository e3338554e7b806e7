/** TensorFlow.js and states, for the tests of this folder. */
import { createRandom } from '@ialp/core';
import type { States } from '../network.js';
import { loadTensorFlow } from '../tfjs/load.js';
import type { BackendName, TensorFlow } from '../tfjs/tensorflow.js';

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
export function makeStates(sessions: number, items: number, historyLength: number, userFeatures = 0, seed = 1): States {
  const random = createRandom(seed);
  const historyItems = new Int32Array(sessions * historyLength).fill(-1);
  const historyFeedback = new Float32Array(sessions * historyLength);
  const mask = new Uint8Array(sessions * items);
  for (let row = 0; row < sessions; row++) {
    const filled = row % (historyLength + 1);
    for (let k = historyLength - filled; k < historyLength; k++) {
      historyItems[row * historyLength + k] = random.integer(items);
      historyFeedback[row * historyLength + k] = random.uniform();
    }
    for (let item = 0; item < items; item++) mask[row * items + item] = random.uniform() < 0.75 ? 1 : 0;
    mask[row * items + random.integer(items)] = 1;
  }
  return {
    sessions,
    items,
    historyLength,
    historyItems,
    historyFeedback,
    mask,
    ...(userFeatures > 0 && {
      userFeatures: Float32Array.from({ length: sessions * userFeatures }, () => random.normal()),
    }),
  } as States;
}

/** The first allowed item of each state from a place in the catalogue on. */
export function someActions({ sessions, items, mask }: States, from = 0): Int32Array {
  return Int32Array.from({ length: sessions }, (_, row) => {
    const allowed = mask.subarray(row * items, (row + 1) * items);
    const later = allowed.indexOf(1, (from + row) % items);
    return later === -1 ? allowed.indexOf(1) : later;
  });
}
