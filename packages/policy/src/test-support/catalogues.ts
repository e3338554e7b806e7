/** Networks of a catalogue with embeddings, for the tests of catalogues that change. */
import { createRandom } from '@ialp/core';
import type { ItemVectors } from '../catalogue/item-neighbors.js';
import { createNetwork } from '../engine/built-in-network.js';
import type { NetworkOptions } from '../engine/network-options.js';
import type { Head, Network, Weights } from '../network.js';
import { makeStates, makeTargets, SETTINGS } from './batch.js';
import { firstAllowedFrom } from './observations.js';

export const HEADS: readonly Head[] = ['actor', 'value', 'q'];
export const HISTORY_LENGTH = 4;

/** Random vectors of the items. */
export function randomVectors(items: number, width: number, seed = 1): ItemVectors {
  const random = createRandom(seed);
  return { data: Float32Array.from({ length: items * width }, () => random.normal()), width };
}

/** A small network with all heads. */
export function smallNetwork(items: number, seed = 1, others: Partial<NetworkOptions> = {}): Network {
  const sizes = { items, historyLength: HISTORY_LENGTH, embedding: 4, hidden: 8, heads: HEADS };
  return createNetwork({ ...sizes, ...others, random: createRandom(seed) });
}

/** Trains all heads for some steps, so that weights and moments of all tensors are those of training. */
export function trainAllHeads(network: Network, steps = 5, seed = 1): void {
  for (let step = 0; step < steps; step++) {
    const states = makeStates(16, network.items, network.historyLength, seed + step);
    const actions = Int32Array.from({ length: 16 }, (_, row) =>
      firstAllowedFrom(states, row, (7 * row + step) % network.items),
    );
    const targets = makeTargets(16, seed + step);
    network.trainStep(states, actions, () => targets, { ...SETTINGS, qWeight: 1 });
  }
}

/** A network that has only what a network needs, without a fast way to set rows. */
export function withoutSetItemRows(network: Network): Network {
  return new Proxy(network, {
    get(target, key) {
      if (key === 'setItemRows') return undefined;
      const value = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The row of an item in a tensor. */
export function rowOf(weights: Weights, name: string, item: number): number[] {
  const { shape, data } = weights[name];
  return name.endsWith('Bias') ? [data[item]] : [...data.subarray(item * shape[1], (item + 1) * shape[1])];
}
