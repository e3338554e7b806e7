import { createRandom } from '@ialp/core';
import { createFrozenLearner, createNetwork, createNetworkPolicy, type Learner } from '@ialp/policy';
import { expect, test } from 'vitest';
import { ModelStoreError } from '../errors.js';
import { encodeParts, stateWithoutParts } from '../learning/policy-parts.js';
import { decodePolicy, encodePolicy, MODELS } from '../learning/stored.js';
import { createMemoryModelStore } from '../memory/model-store.js';
import { PolicyTaker } from './policy-taker.js';

const INDEX = { capacity: 1, version: 0, ids: [null], available: new Uint8Array(1), free: new Int32Array(1) };

function frozen(seed: number): { network: ReturnType<typeof createNetwork>; learner: Learner } {
  const network = createNetwork({ items: 6, historyLength: 3, embedding: 4, hidden: 8, random: createRandom(seed) });
  return { network, learner: createFrozenLearner(createNetworkPolicy(network)) };
}

/** What a learner publishes, as it is stored, and a process that takes it. */
async function published() {
  const [learning, deciding] = [frozen(1), frozen(2)];
  const store = createMemoryModelStore();
  const read: string[] = [];
  const latest = (name: string): ReturnType<typeof store.latest> => {
    read.push(name);
    return store.latest(name);
  };
  const counted = { ...store, latest };
  await store.put(MODELS.parts, encodeParts(learning.learner), 0);
  const policy = stateWithoutParts(learning.learner);
  return { learning, deciding, store, read, policy, taker: new PolicyTaker(deciding.learner, counted) };
}

test('parts that seldom change are read once, and again after they have changed here or there', async () => {
  const { learning, deciding, store, read, policy, taker } = await published();
  expect(policy).toEqual({ network: null });
  for (let take = 0; take < 3; take++) expect(await taker.take(policy, 1, () => false)).toBe(true);
  expect(deciding.network.weights()).toEqual(learning.network.weights());
  expect(read).toEqual([MODELS.parts]);
  learning.network.scaleActor(2);
  await store.put(MODELS.parts, encodeParts(learning.learner), 1);
  await taker.take(policy, 2, () => false);
  expect(deciding.network.weights()).toEqual(learning.network.weights());
  deciding.network.scaleActor(3);
  await taker.take(policy, 2, () => false);
  expect(deciding.network.weights()).toEqual(learning.network.weights());
  expect(read).toHaveLength(3);
});

test('a policy whose parts are missing, or whose taking is cancelled, changes nothing', async () => {
  const { deciding, policy, taker } = await published();
  const before = deciding.network.weights();
  await expect(taker.take(policy, 2, () => false)).rejects.toThrow(ModelStoreError);
  expect(await taker.take(policy, 1, () => true)).toBe(false);
  expect(deciding.network.weights()).toEqual(before);
});

test('a stored policy refers to its parts', () => {
  const bytes = encodePolicy({ index: INDEX, catalogue: 3, parts: 4, policy: { network: null } });
  expect(decodePolicy(bytes)).toMatchObject({ catalogue: 3, parts: 4, policy: { network: null } });
});
