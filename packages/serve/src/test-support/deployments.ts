import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, type Learner } from '@ialp/policy';
import { createRecommender } from '../deciding/create-recommender.js';
import type { RecommenderOptions } from '../deciding/recommender-options.js';
import type { ServedItem } from '../events.js';
import { createMemoryEventLog, type MemoryEventLog } from '../memory/event-log.js';
import { createMemoryModelStore, type MemoryModelStore } from '../memory/model-store.js';
import type { Recommender } from '../recommender.js';

/** Room for items in the small deployments of tests. */
export const CAPACITY = 40;

export function itemsOf(count: number): ServedItem[] {
  return Array.from({ length: count }, (_, k) => ({ id: `i${k}`, title: `Item ${k}` }));
}

/** A small learner; every call makes the same. */
export function createSmallLearner(): Learner {
  const random = createRandom(1);
  return createA2C({
    network: createNetwork({ items: CAPACITY, embedding: 8, hidden: 16, random }),
    learningRate: 0.03,
  });
}

/** Where the state of a deployment is. */
export interface MemoryStores {
  readonly eventLog: MemoryEventLog;
  readonly modelStore: MemoryModelStore;
}

export function createStores(): MemoryStores {
  return { eventLog: createMemoryEventLog(), modelStore: createMemoryModelStore() };
}

/** The same stores, as another process opens them, or the same one after a restart. */
export function reopened({ eventLog, modelStore }: MemoryStores): MemoryStores {
  return { eventLog: eventLog.reopen(), modelStore: modelStore.reopen() };
}

/** Learns quickly, so that tests do not wait. */
export const QUICK = {
  ...{ updateRows: 16, maxUpdateDelayMs: 50, publishIntervalMs: 10, checkpointIntervalMs: 50, leaseMs: 300 },
} as const;

/** A recommender of 20 items. Feedback windows close with the ends of sessions, so that tests do not wait. */
export function openRecommender(options: Partial<RecommenderOptions> = {}): Promise<Recommender> {
  return createRecommender({
    catalogue: { items: itemsOf(20) },
    learner: createSmallLearner(),
    learning: QUICK,
    random: createRandom(2),
    onError: (error) => {
      throw error;
    },
    ...options,
    rules: { endGraceMs: 0, ...options.rules },
  });
}

/** Waits until a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
