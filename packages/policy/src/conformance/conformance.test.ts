import { createRandom } from '@ialp/core';
import { describe, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import type { NetworkOptions } from '../engine/network-options.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createFrozenLearner } from '../learners/frozen-learner.js';
import { createA2C } from '../learners/online/a2c.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { learnerChecks, networkChecks, policyChecks } from './index.js';

const options = { createRandom, historyLength: 6 };

/** Catalogues that are and are not a multiple of the kernels' vector width, and one of a single item. */
const CATALOGUES = [1, 5, 24, 301];

function makeNetwork(items: number, seed = 1, others: Partial<NetworkOptions> = {}) {
  const sizes = { items, historyLength: 6, embedding: 8, hidden: 12 };
  return createNetwork({ ...sizes, ...others, random: createRandom(seed) });
}

/** Encoders, heads, threads and optimisers, each at least once. */
const kindsOf = (items: number): { kind: string; others: Partial<NetworkOptions> }[] => [
  { kind: 'mean', others: {} },
  { kind: 'mean, with action values', others: { heads: ['q', 'actor', 'value'], kernels: 'portable' } },
  { kind: 'gru', others: { encoder: 'gru', optimizer: { name: 'sgd', momentum: 0.9 } } },
  { kind: 'attention', others: { encoder: 'attention' } },
  { kind: 'mean, tied items', others: { tiedItems: true } },
  {
    kind: 'mean, tied items with features',
    others: {
      tiedItems: true,
      itemEmbeddings: { data: Float32Array.from({ length: 4 * items }, (_, k) => Math.sin(k)), width: 4 },
    },
  },
  {
    kind: 'gru, tied items and row-wise Adagrad, two threads',
    others: { encoder: 'gru', tiedItems: true, itemOptimizer: { name: 'rowwise-adagrad' }, threads: 2 },
  },
  {
    kind: 'mean, row-wise Adagrad',
    others: { heads: ['actor', 'value', 'q'], itemOptimizer: { name: 'rowwise-adagrad' } },
  },
  { kind: 'attention, two blocks', others: { encoder: 'attention', blocks: 2, heads: ['actor', 'value', 'q'] } },
];

function prior(items: number): Float32Array {
  const random = createRandom(7);
  return Float32Array.from({ length: items }, () => random.uniform());
}

describe.each(CATALOGUES)('%i items', (items) => {
  describe('random policy', () => {
    for (const { name, run } of policyChecks(() => createRandomPolicy(items), options)) test(name, run);
  });

  describe('popularity', () => {
    const make = () => createPopularity({ items, prior: prior(items) });
    for (const { name, run } of policyChecks(() => make().policy, options)) test(name, run);
    for (const { name, run } of learnerChecks(make, options)) test(name, run);
  });

  describe('policy of a network that is certain of some items', () => {
    const make = () => {
      const network = makeNetwork(items);
      network.scaleActor(100);
      return createNetworkPolicy(network);
    };
    for (const { name, run } of policyChecks(make, options)) test(name, run);
  });

  describe('frozen learner', () => {
    const make = () => createFrozenLearner(createNetworkPolicy(makeNetwork(items)));
    for (const { name, run } of learnerChecks(make, options)) test(name, run);
  });

  describe('A2C', () => {
    const make = () => createA2C({ network: makeNetwork(items), rolloutLength: 4 });
    for (const { name, run } of learnerChecks(make, options)) test(name, run);
  });

  describe.each(kindsOf(items))('built-in network: $kind', ({ others }) => {
    for (const { name, run } of networkChecks((seed) => makeNetwork(items, seed, others), options)) test(name, run);
  });
});
