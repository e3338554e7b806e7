/** Parts of a policy that a deployment has lost, while its policies are there. */
import { createAdaptiveLearner, createConstantGate } from '@ialp/adaptive';
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, createNetworkPolicy, type Learner } from '@ialp/policy';
import { expect, onTestFinished, test } from 'vitest';
import { MODELS } from '../learning/stored.js';
import type { ModelStore } from '../model-store.js';
import { CAPACITY, createStores, openRecommender, QUICK, reopened } from '../test-support/deployments.js';

function createLearner(): Learner {
  const network = (seed: number) =>
    createNetwork({ items: CAPACITY, embedding: 8, hidden: 16, random: createRandom(seed) });
  const online = createA2C({ network: network(2) });
  return createAdaptiveLearner({
    pretrained: createNetworkPolicy(network(1)),
    online,
    gate: createConstantGate(0.5),
  });
}

/** A store whose parts are gone, until they are stored again. */
function withoutParts(store: ModelStore): ModelStore {
  let isGone = true;
  return {
    ...store,
    latest: async (name) => (name === MODELS.parts && isGone ? undefined : store.latest(name)),
    async put(name, ...rest) {
      if (name === MODELS.parts) isGone = false;
      return store.put(name, ...rest);
    },
  };
}

test('a process that learns starts without the parts, and publishes them again', async () => {
  const stores = createStores();
  await (await openRecommender({ ...stores, learner: createLearner() })).close();
  const { eventLog, modelStore } = reopened(stores);
  const errors: unknown[] = [];
  const recommender = await openRecommender({
    ...{ eventLog, modelStore: withoutParts(modelStore), learner: createLearner(), learning: QUICK },
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => recommender.close());
  expect((await recommender.recommend({ session: 's' })).items).not.toEqual([]);
  expect(errors).toHaveLength(1);
  const other = await openRecommender({
    ...{ ...reopened(stores), learner: createLearner(), learning: 'elsewhere' },
  });
  onTestFinished(() => other.close());
  expect(other.status().policy).toBeGreaterThan(0);
});
