import { createAdaptiveLearner, createConstantGate } from '@ialp/adaptive';
import { createRandom } from '@ialp/core';
import { createNetwork, createNetworkPolicy } from '@ialp/policy';
import { expect, onTestFinished, test } from 'vitest';
import type { EventLog } from '../event-log.js';
import type { DecisionEvent, ServeEvent } from '../events.js';
import { runLearner } from '../learning/run-learner.js';
import {
  CAPACITY,
  createSmallLearner,
  createStores,
  itemsOf,
  openRecommender,
  QUICK,
  reopened,
  until,
} from '../test-support/deployments.js';

/** A log that is read when the test says so, as that of another host may be. */
function createPausedLog() {
  const { eventLog: log } = createStores();
  let goOn = (): void => {};
  let pause = Promise.resolve();
  const eventLog: EventLog = {
    ...log,
    async read(options) {
      await pause;
      return log.read(options);
    },
  };
  return {
    eventLog,
    hold() {
      pause = new Promise((resolve) => {
        goOn = resolve;
      });
    },
    /** Resolves once a process has read all. */
    async release() {
      goOn();
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    async decisions(): Promise<DecisionEvent[]> {
      return (await log.read()).events.filter((event: ServeEvent) => event.type === 'decision');
    },
  };
}

test('what is read of a retraction does not take back later feedback', async () => {
  const log = createPausedLog();
  const recommender = await openRecommender({ eventLog: log.eventLog, learning: 'elsewhere' });
  onTestFinished(() => recommender.close());
  log.hold();
  const { decision } = await recommender.recommend({ session: 's' });
  await recommender.feedback({ decision, reward: 1 });
  await recommender.retract({ decision });
  await recommender.feedback({ decision, reward: 3 });
  await log.release();
  await recommender.recommend({ session: 's' });
  expect((await log.decisions()).at(-1)?.history.feedback).toEqual([3]);
  expect(recommender.status()).toMatchObject({ feedback: 2, repeatedFeedback: 0 });
});

test('the end of an unknown session does not end a visit that begins after it', async () => {
  const log = createPausedLog();
  const recommender = await openRecommender({ eventLog: log.eventLog, learning: 'elsewhere' });
  onTestFinished(() => recommender.close());
  log.hold();
  await recommender.endSession('s');
  await recommender.recommend({ session: 's' });
  await log.release();
  await recommender.recommend({ session: 's' });
  expect((await log.decisions()).map(({ turn }) => turn)).toEqual([0, 1]);
});

test('a policy forgets the sessions of other processes, too', async () => {
  const createLearner = () => {
    const random = createRandom(1);
    const pretrained = createNetworkPolicy(createNetwork({ items: CAPACITY, embedding: 8, hidden: 16, random }));
    return createAdaptiveLearner({ pretrained, online: createSmallLearner(), by: 'session' });
  };
  const stores = createStores();
  const end = new AbortController();
  const running = runLearner({
    ...{ ...reopened(stores), learner: createLearner(), catalogue: { items: itemsOf(20) }, learning: QUICK },
    signal: end.signal,
  });
  const [mine, other] = [createLearner(), createLearner()];
  const open = (learner: typeof mine) => openRecommender({ ...reopened(stores), learner, learning: 'elsewhere' });
  const [recommender, follower] = [await open(mine), await open(other)];
  onTestFinished(async () => {
    end.abort();
    await Promise.all([running, recommender.close(), follower.close()]);
  });
  await recommender.recommend({ session: 'goes on' });
  await recommender.recommend({ session: 'ends', isLast: true });
  await until(() => follower.status().decisions === 2);
  const keys = (await stores.eventLog.read()).events.flatMap((event) => (event.type === 'decision' ? [event.key] : []));
  for (const { policy } of [mine, other]) {
    expect(keys.map((key) => policy.sessions?.memoryOf(key) === undefined)).toEqual([false, true]);
  }
});

test('a session stays with its policy where the size of its slates changes', async () => {
  const random = createRandom(1);
  const pretrained = createNetworkPolicy(createNetwork({ items: CAPACITY, embedding: 8, hidden: 16, random }));
  const learner = createAdaptiveLearner({
    ...{ pretrained, online: createSmallLearner(), by: 'session', gate: createConstantGate(0.5) },
  });
  const stores = createStores();
  const rules = { rewards: 'first' } as const;
  const recommender = await openRecommender({ ...reopened(stores), learner, rules });
  onTestFinished(() => recommender.close());
  const sessions = Array.from({ length: 16 }, (_, k) => `s${k}`);
  for (const session of sessions) {
    const { decision } = await recommender.recommend({ session, count: 1 });
    await recommender.feedback({ decision, reward: 1 });
    await recommender.recommend({ session, count: 2 });
  }
  await until(() => recommender.status().learned === sessions.length);
  for (const session of sessions) await recommender.recommend({ session, count: 2 });
  const chosenBy = new Map(sessions.map((session) => [session, new Set<number | undefined>()]));
  for (const event of (await stores.eventLog.read()).events) {
    if (event.type === 'decision') chosenBy.get(event.session)?.add(event.chosenBy);
  }
  expect([...chosenBy.values()].map(({ size }) => size)).toEqual(sessions.map(() => 1));
});

test('a start that fails before its changes of the catalogue are stored makes them when it is repeated', async () => {
  const stores = createStores();
  await (await openRecommender(reopened(stores))).close();
  const catalogue = { items: itemsOf(21).slice(1) };
  const { eventLog, modelStore } = reopened(stores);
  const full = { ...eventLog, append: () => Promise.reject(new Error('The disk is full.')) };
  await expect(openRecommender({ catalogue, eventLog: full, modelStore })).rejects.toThrow('full');
  const recommender = await openRecommender({ ...reopened(stores), catalogue });
  onTestFinished(() => recommender.close());
  await until(() => recommender.status().items === 20);
  const ids = recommender.items().map(({ id }) => id);
  expect([ids.includes('i0'), ids.includes('i20')]).toEqual([false, true]);
});
