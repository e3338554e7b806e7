import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../errors.js';
import { createMemoryStore } from '../store/memory-store.js';
import { type Act, startFaultServer } from '../test-support/fault-server.js';
import { optionsFor, quickClock, soak } from '../test-support/faults.js';
import { collectPreferences } from './collect-preferences.js';

describe('a server that once', () => {
  test.each<Act>(['slow', 'busy', 'breaks', 'resets', 'half a JSON', 'nothing', 'wrong schema', 'another item'])(
    '%s costs a further call, and no answer',
    async (act) => {
      await using server = await startFaultServer(({ earlier, prompt }) =>
        earlier === 0 && !prompt.includes('could not be used') ? act : 'good',
      );
      const { preferences, failures, summary } = await collectPreferences(await optionsFor(server.host, 6));
      expect([preferences.length, failures.length]).toEqual([6, 0]);
      for (const { probabilities } of preferences) expect(probabilities).toEqual([1, 0, 0, 0]);
      expect(server.calls).toBe(act === 'slow' ? 6 : 12);
      expect(summary).toMatchObject({ calls: server.calls, answered: 6, failed: 0, done: 6, total: 6 });
    },
  );
});

describe('a server that hangs', () => {
  const TIMEOUT_MS = 100_000;

  /** One question at a time, so that there is one try whose time is over when the server is silent. */
  async function withSilence(count: number, isSilent: (earlier: number) => boolean) {
    const clock = quickClock();
    await using server = await startFaultServer(({ earlier }) => {
      if (!isSilent(earlier)) return 'good';
      void clock.pass(TIMEOUT_MS);
      return 'hangs';
    });
    const retries = { clock, timeoutMs: TIMEOUT_MS, attempts: 3, retrySpanMs: 3_600_000 };
    const found = await collectPreferences(await optionsFor(server.host, count, { concurrency: 1, retries }));
    return { ...found, calls: server.calls };
  }

  test('once costs a further call, and no answer', async () => {
    const { preferences, calls, summary } = await withSilence(4, (earlier) => earlier === 0);
    expect([preferences.length, calls, summary.retries]).toEqual([4, 8, 4]);
    // What was written and not read may be on the bill.
    expect(summary.estimatedCalls).toBe(4);
  });

  test('always: the question has failed, as timeout, after 3 calls', async () => {
    const { failures, calls, summary } = await withSilence(2, () => true);
    expect([failures.length, calls]).toEqual([2, 6]);
    expect(summary.failuresByKind).toEqual({ timeout: 2 });
    expect(failures[0].error.message).toMatch(/did not answer in time \(100 s\)\. Raise timeoutMs \(--timeout/);
  });
});

describe('a server that always', () => {
  test.each<[Act, FailureKind, number]>([
    ['busy', 'status', 3],
    ['breaks', 'status', 3],
    ['resets', 'unreachable', 3],
    ['half a JSON', 'unusable reply', 3],
    ['nothing', 'unusable reply', 3],
    ['wrong schema', 'unusable reply', 2],
    ['another item', 'unusable reply', 2],
  ])('%s: the question has failed, as %s, after %i calls', async (act, kind, calls) => {
    await using server = await startFaultServer(() => act);
    const options = await optionsFor(server.host, 2, {
      retries: { attempts: 3, retrySpanMs: 3_600_000 },
      store: createMemoryStore(),
    });
    const { preferences, failures, summary } = await collectPreferences(options);
    expect([preferences.length, failures.length]).toEqual([0, 2]);
    expect(summary.failuresByKind).toEqual({ [kind]: 2 });
    for (const { error } of failures) expect(error.kind).toBe(kind);
    expect(server.calls).toBe(2 * calls);
    if (calls === 2) expect(failures[0].error.raw).toMatch(/best|99/);
  });

  test('asks to wait is obeyed', async () => {
    await using server = await startFaultServer(({ earlier }) => (earlier === 0 ? 'busy' : 'good'));
    const { summary } = await collectPreferences(await optionsFor(server.host, 1));
    expect(summary).toMatchObject({ calls: 2, retries: 1, answered: 1 });
  });

  test('is not there: one line says so', async () => {
    const server = await startFaultServer(() => 'good');
    await server[Symbol.asyncDispose]();
    const { failures } = await collectPreferences(await optionsFor(server.host, 1, { retries: { attempts: 1 } }));
    const message = `ollama m: could not be reached at ${server.host} (ECONNREFUSED). Is Ollama running there? Start it with: ollama serve`;
    expect(failures[0].error.message).toBe(message);
  });
});

test('a soak over all faults at once: every question is accounted for, none is answered twice', () => soak(300));
