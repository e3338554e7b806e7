import { expect, test } from 'vitest';
import type { EventLog } from '../event-log.js';
import type { DecisionEvent } from '../events.js';
import type { ModelStore } from '../model-store.js';
import { createSmallLearner, createStores, itemsOf, QUICK, reopened, until } from '../test-support/deployments.js';
import type { LearningOptions } from './learner-options.js';
import { runLearner } from './run-learner.js';
import { decodeJson, type LearnerProgress, MODELS } from './stored.js';

const RULES = { feedbackWindowMs: 1 };

/** Decisions of one session each. */
function decisions(count: number, first = 0): DecisionEvent[] {
  return Array.from({ length: count }, (_, place) => first + place).map((k) => ({
    ...{ type: 'decision', id: `d${k}`, at: k, session: `s${k}`, key: k, turn: 0, items: [`i${k % 20}`] },
    ...{ propensity: [0.05], history: { items: [], feedback: [] }, policy: 1 },
  }));
}

/** Starts a learner. Its `stop` waits for its end. */
function start(
  stores: { readonly eventLog: EventLog; readonly modelStore: ModelStore },
  learning: LearningOptions = QUICK,
) {
  const end = new AbortController();
  const errors: unknown[] = [];
  const running = runLearner({
    ...{ ...stores, learner: createSmallLearner(), catalogue: { items: itemsOf(20) }, rules: RULES, learning },
    onError: (error) => errors.push(error),
    signal: end.signal,
  });
  return {
    errors,
    async stop() {
      end.abort();
      await running;
    },
  };
}

/** Waits until a learner has reported that it learned from so many decisions. */
async function untilLearned(modelStore: ModelStore, count: number): Promise<void> {
  let learned = 0;
  const look = async (): Promise<void> => {
    const stored = await modelStore.latest(MODELS.progress);
    if (stored !== undefined) learned = decodeJson<LearnerProgress>(stored.bytes).learned;
  };
  await until(() => {
    void look();
    return learned === count;
  });
}

test('a learner that was paused for longer than its lease stores nothing when it goes on', async () => {
  const stores = createStores();
  await stores.eventLog.append(decisions(20));
  // The first is paused while it reads; whoever stores counts.
  const paused = reopened(stores);
  let goOn = (): void => {};
  const pause = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let reads = 0;
  let hasGoneOn = false;
  const storedAfterwards: string[] = [];
  let hasLostLease = false;
  const first = start({
    eventLog: {
      ...paused.eventLog,
      async read(options) {
        if (reads++ === 0) await pause;
        return paused.eventLog.read(options);
      },
    },
    modelStore: {
      ...paused.modelStore,
      async claim(lease, holder, ttlMs) {
        const isHeld = await paused.modelStore.claim(lease, holder, ttlMs);
        hasLostLease = hasGoneOn && !isHeld;
        return isHeld;
      },
      async put(name, bytes, previous) {
        const isStored = await paused.modelStore.put(name, bytes, previous);
        if (isStored && hasGoneOn) storedAfterwards.push(name);
        return isStored;
      },
    },
  });
  await until(() => reads === 1);

  const second = start(reopened(stores));
  await untilLearned(stores.modelStore, 20);
  hasGoneOn = true;
  goOn();
  await until(() => hasLostLease);
  await first.stop();
  await second.stop();
  expect(storedAfterwards).toEqual([]);
});

test('a learner that ends by an error gives its lease back', async () => {
  const stores = createStores();
  const { modelStore } = reopened(stores);
  const fault = new Error('a fault that does not pass');
  const end = new AbortController();
  const failing = runLearner({
    ...reopened(stores),
    ...{ learner: createSmallLearner(), catalogue: { items: itemsOf(20) }, signal: end.signal },
    modelStore: { ...modelStore, put: () => Promise.reject(fault) },
    learning: { ...QUICK, leaseMs: 600_000 },
  });
  await expect(failing).rejects.toBe(fault);
  expect(await stores.modelStore.claim('learner', 'another', 1_000)).toBe(true);
});

test('under a steady load, checkpoints are stored although there are always decisions that wait for an update', async () => {
  const stores = createStores();
  const learner = start(reopened(stores), { ...QUICK, maxUpdateDelayMs: 600_000 });
  let version = 0;
  for (let round = 0; version < 4; round++) {
    await stores.eventLog.append(decisions(7, 7 * round));
    version = await stores.modelStore.version(MODELS.learner);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await learner.stop();
  expect(learner.errors).toEqual([]);
});

test('after a while without a learner, what has piled up is learned from in updates of the usual size', async () => {
  const stores = createStores();
  await stores.eventLog.append(decisions(400));
  const sizes: number[] = [];
  const learner = createSmallLearner();
  const end = new AbortController();
  const running = runLearner({
    ...reopened(stores),
    learner: {
      ...learner,
      learn(trajectories) {
        sizes.push(trajectories.rows);
        return learner.learn(trajectories);
      },
    },
    ...{ catalogue: { items: itemsOf(20) }, rules: RULES, learning: QUICK, signal: end.signal },
  });
  await untilLearned(stores.modelStore, 400);
  end.abort();
  await running;
  expect(sizes).toEqual(Array.from({ length: 25 }, () => 16));
});
