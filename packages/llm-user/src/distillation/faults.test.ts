import { createRandom } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { randomCandidates } from '../candidates.js';
import type { FailureKind } from '../errors.js';
import { createOllamaModel } from '../ollama.js';
import type { PersonState } from '../preference-source.js';
import { createMemoryStore } from '../reply-store.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { type Act, startFaultServer } from '../test-fault-server.js';
import { CATALOGUE } from '../test-space.js';
import { type DistillOptions, distill } from './distill.js';

/** People who each met other items, so that every question is another one. */
function people(count: number): PersonState[] {
  const { length } = CATALOGUE.items;
  return Array.from({ length: count }, (_, k) => ({
    items: [k % length, Math.floor(k / length) % length],
    feedback: [1, Math.floor(k / length ** 2) / count],
    persona: `number ${k}`,
  }));
}

async function optionsFor(host: string, count: number, rest: Partial<DistillOptions> = {}): Promise<DistillOptions> {
  const model = await createOllamaModel({ model: 'm', host });
  return {
    states: people(count),
    candidates: [{ sampler: randomCandidates(CATALOGUE.items.length), count: 4 }],
    source: createListwiseSource({ model, catalogue: CATALOGUE }),
    random: createRandom(1),
    concurrency: 4,
    retries: { timeout: 0.2, firstWait: 0.001, longestWait: 0.01 },
    ...rest,
  };
}

describe('a server that once', () => {
  test.each<Act>([
    'slow',
    'hangs',
    'busy',
    'breaks',
    'resets',
    'half a JSON',
    'nothing',
    'wrong schema',
    'another item',
  ])('%s costs a further call, and no answer', async (act) => {
    await using server = await startFaultServer(({ earlier, prompt }) =>
      earlier === 0 && !prompt.includes('could not be used') ? act : 'good',
    );
    const { preferences, failures, summary } = await distill(await optionsFor(server.host, 6));
    expect([preferences.length, failures.length]).toEqual([6, 0]);
    for (const { likelihood } of preferences) expect(likelihood).toEqual([1, 0, 0, 0]);
    expect(server.calls).toBe(act === 'slow' ? 6 : 12);
    expect(summary).toMatchObject({ calls: server.calls, answered: 6, failed: 0, done: 6, total: 6 });
  });
});

describe('a server that always', () => {
  test.each<[Act, FailureKind, number]>([
    ['hangs', 'timeout', 3],
    ['busy', 'status', 3],
    ['breaks', 'status', 3],
    ['resets', 'unreachable', 3],
    ['half a JSON', 'unusable reply', 3],
    ['nothing', 'unusable reply', 3],
    ['wrong schema', 'unusable reply', 2],
    ['another item', 'unusable reply', 2],
    ['unknown model', 'status', 1],
  ])('%s: the question has failed, as %s, after %i calls', async (act, kind, calls) => {
    await using server = await startFaultServer(() => act);
    const options = await optionsFor(server.host, 2, {
      retries: { attempts: 3, timeout: 0.1, firstWait: 0.001, longestWait: 0.01 },
      store: createMemoryStore(),
    });
    const { preferences, failures, summary } = await distill(options);
    expect([preferences.length, failures.length]).toEqual([0, 2]);
    expect(summary.failuresByKind).toEqual({ [kind]: 2 });
    for (const { error } of failures) expect(error.kind).toBe(kind);
    expect(server.calls).toBe(2 * calls);
    if (calls === 2) expect(failures[0].error.raw).toMatch(/best|99/);
  });

  test('asks to wait is obeyed', async () => {
    await using server = await startFaultServer(({ earlier }) => (earlier === 0 ? 'busy' : 'good'));
    const { summary } = await distill(await optionsFor(server.host, 1));
    expect(summary).toMatchObject({ calls: 2, retries: 1, answered: 1 });
  });

  test('is not there: one line says so', async () => {
    const server = await startFaultServer(() => 'good');
    await server[Symbol.asyncDispose]();
    const { failures } = await distill(await optionsFor(server.host, 1, { retries: { attempts: 1 } }));
    const message = `ollama m: could not be reached at ${server.host} (ECONNREFUSED). Is Ollama running there? Start it with: ollama serve`;
    expect(failures[0].error.message).toBe(message);
  });
});

test('a soak of 20,000 over all faults at once: every question is accounted for, none is answered twice', async () => {
  const COUNT = 20_000;
  const random = createRandom(7);
  const faults: Act[] = ['slow', 'busy', 'breaks', 'resets', 'half a JSON', 'nothing', 'wrong schema', 'another item'];
  await using server = await startFaultServer(() => {
    const draw = random.uniform();
    if (draw < 0.7) return 'good';
    // Each of these costs its whole time.
    if (draw < 0.701) return 'hangs';
    return faults[random.integer(faults.length)];
  });
  const store = createMemoryStore();
  const options = await optionsFor(server.host, COUNT, {
    store,
    concurrency: 64,
    retries: { attempts: 3, timeout: 3, firstWait: 0.001, longestWait: 0.01 },
  });
  const { preferences, failures, summary } = await distill(options);
  expect(preferences.length + failures.length).toBe(COUNT);
  expect(summary).toMatchObject({ done: COUNT, answered: preferences.length, failed: failures.length });
  expect(failures.length).toBeGreaterThan(0);
  expect(preferences.length).toBeGreaterThan(0.9 * COUNT);
  const ids = [...preferences, ...failures].map(({ state }) => state.persona);
  expect(new Set(ids).size).toBe(COUNT);
  for (const { likelihood } of preferences) expect(likelihood).toEqual([1, 0, 0, 0]);
  expect(summary.calls).toBe(server.calls);
  // No prompt was answered twice: not by a try beyond the one that was, and not to another question.
  expect(Math.max(...server.answered.values())).toBe(1);
  // A second run asks again for what has failed alone.
  const before = server.answered.size;
  const some = new Set(Array.from({ length: 2000 }, (_, k) => `number ${k}`));
  const earlier = preferences.filter(({ state }) => some.has(state.persona ?? '')).length;
  const again = await distill({ ...options, states: people(COUNT).slice(0, some.size) });
  expect(again.summary.fromStore).toBeGreaterThanOrEqual(earlier);
  expect(server.answered.size - before).toBe(again.preferences.length - earlier);
  expect(Math.max(...server.answered.values())).toBe(1);
}, 120_000);
