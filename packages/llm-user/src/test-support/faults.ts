import { createRandom } from '@ialp/core';
import { expect } from 'vitest';
import { createOllamaModel } from '../models/ollama.js';
import type { UserState } from '../preference-source.js';
import { createRandomSampler } from '../preferences/candidate-samplers.js';
import { type CollectOptions, collectPreferences } from '../preferences/collect-preferences.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createMemoryStore } from '../store/memory-store.js';
import { CATALOGUE } from './catalogue.js';
import { createTestClock, type TestClock } from './clock.js';
import { type Act, startFaultServer } from './fault-server.js';

/** Users who each met other items, so that every question is another one. For tests. */
export function users(count: number): UserState[] {
  const { length } = CATALOGUE.items;
  return Array.from({ length: count }, (_, k) => ({
    items: [k % length, Math.floor(k / length) % length],
    feedback: [1, Math.floor(k / length ** 2) / count],
    persona: `number ${k}`,
  }));
}

/** Time passes as fast as it can while calls wait to be tried again; a try is over in time unless the test says otherwise. */
export function quickClock(): TestClock {
  const clock = createTestClock();
  clock.skipUpTo(60_000);
  return clock;
}

/** Asks a server about so many users, four at once. For tests. */
export async function optionsFor(
  host: string,
  count: number,
  rest: Partial<CollectOptions> = {},
): Promise<CollectOptions> {
  const model = await createOllamaModel({ model: 'm', host });
  return {
    states: users(count),
    candidates: [{ sampler: createRandomSampler(CATALOGUE.items.length), count: 4 }],
    source: createListwiseSource({ model, catalogue: CATALOGUE }),
    random: createRandom(1),
    concurrency: 4,
    ...rest,
    retries: { clock: quickClock(), ...rest.retries },
  };
}

const FAULTS: readonly Act[] = ['busy', 'breaks', 'resets', 'half a JSON', 'nothing', 'wrong schema', 'another item'];

/** Asks many questions of a server with all faults at once, 64 at once, and checks the account. For tests. */
export async function soak(count: number): Promise<void> {
  const random = createRandom(7);
  await using server = await startFaultServer(() =>
    random.uniform() < 0.7 ? 'good' : FAULTS[random.integer(FAULTS.length)],
  );
  const store = createMemoryStore();
  const retries = { attempts: 3, retrySpanMs: 1e9 };
  const options = await optionsFor(server.host, count, { store, concurrency: 64, retries });
  const { preferences, failures, summary } = await collectPreferences(options);
  expect(preferences.length + failures.length).toBe(count);
  expect(summary).toMatchObject({ done: count, answered: preferences.length, failed: failures.length });
  expect(failures.length).toBeGreaterThan(0);
  expect(preferences.length).toBeGreaterThan(0.9 * count);
  const ids = [...preferences, ...failures].map(({ state }) => state.persona);
  expect(new Set(ids).size).toBe(count);
  for (const { probabilities } of preferences) expect(probabilities).toEqual([1, 0, 0, 0]);
  expect(summary.calls).toBe(server.calls);
  // No prompt was answered twice: not by a try beyond the one that was, and not to another question.
  expect(Math.max(...server.answered.values())).toBe(1);
  // A second run asks again for what has failed alone.
  const before = server.answered.size;
  const some = Math.ceil(count / 10);
  const asked = new Set(users(some).map(({ persona }) => persona));
  const earlier = preferences.filter(({ state }) => asked.has(state.persona)).length;
  const again = await collectPreferences({ ...options, states: users(count).slice(0, some) });
  expect(again.summary.fromStore).toBeGreaterThanOrEqual(earlier);
  expect(server.answered.size - before).toBe(again.preferences.length - earlier);
  expect(Math.max(...server.answered.values())).toBe(1);
}
