import { PersonalizerClient } from '@azure/cognitiveservices-personalizer';
import { ApiKeyCredentials } from '@azure/ms-rest-js';
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, type Learner } from '@ialp/policy';
import { createEpsilonGreedy } from '@ialp/policy/bandits';
import { expect, test } from 'vitest';
import { createRecommender } from '../../index.js';
import { startServer } from '../index.js';

const KEY = '0123456789abcdef0123456789abcdef';
/** Most actions that there ever are. */
const CAPACITY = 50;
/** How often users take each dish. */
const DISHES = { pasta: 0.2, salad: 0.3, soup: 0.4, curry: 0.7 };
const EVENTS = 3_000;
/** Events whose users decide at the same time. */
const TOGETHER = 20;

/** Mean reward of the last tenth of the events of an application whose actions are all new. */
async function lastReward(learner: Learner, updateRows: number): Promise<number> {
  const windowMs = 2_000;
  const recommender = await createRecommender({
    learner,
    rules: { feedbackWindowMs: windowMs, idleTimeoutMs: windowMs, rewards: 'first', repeats: true },
    learning: { updateRows, maxUpdateDelayMs: 1_000, publishIntervalMs: 50 },
    random: createRandom(2),
  });
  const server = await startServer({ recommender, port: 0, tokens: { deciding: KEY, feedback: KEY } });
  const credentials = new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': KEY } });
  const client = new PersonalizerClient(credentials, server.url);
  const users = createRandom(3);
  const actions = Object.keys(DISHES).map((id) => ({ id, features: [{ kind: 'dish', name: id }] }));
  const rewards: number[] = [];
  const serveOne = async (): Promise<void> => {
    const { eventId, rewardActionId } = await client.rank({ actions, contextFeatures: [{ daytime: 'noon' }] });
    const value = users.uniform() < DISHES[rewardActionId as keyof typeof DISHES] ? 1 : 0;
    rewards.push(value);
    await client.events.reward(eventId!, { value });
  };
  while (rewards.length < EVENTS) await Promise.all(Array.from({ length: TOGETHER }, serveOne));
  await server.close();
  const last = rewards.slice(-EVENTS / 10);
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

const createActorCritic = (): Learner => {
  const network = createNetwork({ items: CAPACITY, random: createRandom(1) });
  return createA2C({ network, discount: 0, learningRate: 0.03, entropyWeight: 0.03 });
};
const LEARNERS = [
  ['epsilon-greedy', () => createEpsilonGreedy({ items: CAPACITY, epsilon: 0.2 }), 100],
  ['actor-critic', createActorCritic, 20],
] as const;

test.each(LEARNERS)('learns which action users take, by %s', async (_name, createLearner, updateRows) => {
  // Chosen at random, the dishes are taken 0.4 of the time, with a standard error of 0.03; the best is taken 0.7 of the time.
  expect(await lastReward(createLearner(), updateRows)).toBeGreaterThan(0.5);
});
