import fc from 'fast-check';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { RecommendRequest } from '../recommender.js';
import { type ClientOptions, type ClientRecommendRequest, createClient, type RecommendClient } from './index.js';
import { answer, type ScriptedServer, scriptedServer, slate } from './test-support/scripted-server.js';

const FALLBACK = ['tea', 'pot', 'cup'];
/** No test waits for this long: only servers that never answer exceed it. */
const PATIENT = 60_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serving(script: ScriptedServer['script']): Promise<ScriptedServer> {
  const server = await scriptedServer(script);
  ends.push(() => server.close());
  return server;
}

function clientOf(url: string, options: Partial<ClientOptions> = {}): RecommendClient {
  const client = createClient({ url, fallback: FALLBACK, timeoutMs: PATIENT, ...options });
  ends.push(() => client.close());
  return client;
}

test('returns the slate of the server', async () => {
  const server = await serving((_, response) => answer(response, 200, slate('d1', 'cup', 'tea')));
  const client = clientOf(`${server.url}/`, { token: 'secret', count: 2 });
  expect(await client.recommend({ session: 'ann', exclude: ['pot'] })).toEqual({
    isFallback: false,
    decision: 'd1',
    items: [
      { id: 'cup', propensity: 0.5 },
      { id: 'tea', propensity: 0.5 },
    ],
    policy: 3,
  });
  expect(server.bodies('/v1/recommend')).toEqual([{ count: 2, session: 'ann', exclude: ['pot'] }]);
  expect(server.received[0]!.headers).toMatchObject({
    authorization: 'Bearer secret',
    'content-type': 'application/json',
  });
});

describe('returns the fallback', () => {
  test.each<[string, ScriptedServer['script'], object]>([
    ['for an error 500', (_, response) => answer(response, 500), { reason: 'failed', status: 500 }],
    ['for an error 429', (_, response) => answer(response, 429), { reason: 'failed', status: 429 }],
    ['if nothing may be shown', (_, response) => answer(response, 409), { reason: 'refused', status: 409 }],
    ['for a web page', (_, response) => answer(response, 200, '<html>'), { reason: 'invalid', status: 200 }],
    ['for another JSON', (_, response) => answer(response, 200, { items: [1] }), { reason: 'invalid', status: 200 }],
    [
      'for an empty slate',
      (_, response) => answer(response, 200, { ...(slate('d') as object), items: [] }),
      { reason: 'invalid' },
    ],
    ['if the connection is closed', (_, response) => response.destroy(), { reason: 'unreachable' }],
    [
      'if the answer is cut',
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{"decision"', () => response.destroy());
      },
      { reason: 'unreachable' },
    ],
    [
      'if the answer is too long',
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(100_000)));
          response.once('drain', more);
        };
        more();
      },
      { reason: 'unreachable' },
    ],
  ])('%s', async (_name, script, expected) => {
    const server = await serving(script);
    const errors: unknown[] = [];
    const client = clientOf(server.url, { onError: (error) => errors.push(error) });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({
      ...{ isFallback: true, decision: undefined, items: [{ id: 'tea' }, { id: 'pot' }, { id: 'cup' }] },
      ...expected,
    });
  });

  test.each<[string, ScriptedServer['script']]>([
    ['never answers', () => {}],
    ['sends its answer without an end', (_, response) => void response.writeHead(200).write('{')],
  ])('in time if the server %s', async (_name, script) => {
    const server = await serving(script);
    const client = clientOf(server.url, { timeoutMs: 20 });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ isFallback: true, reason: 'timeout' });
  });

  test('in time even if fetch ignores its signal', async () => {
    const client = clientOf('http://localhost', { timeoutMs: 5, fetch: () => new Promise(() => {}) });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ isFallback: true, reason: 'timeout' });
  });

  test('if no server is there, after close, and for a request that is no JSON', async () => {
    const server = await serving(() => {});
    await server.close();
    const client = clientOf(server.url);
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'unreachable' });
    const circular = { session: 'ann', userFeatures: [1n as unknown as number] };
    expect(await client.recommend(circular)).toMatchObject({ reason: 'refused', items: [{ id: 'tea' }, {}, {}] });
    await client.close();
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'closed' });
  });
});

test('whatever the server answers, and whatever is asked for, there is a slate of the right kind', async () => {
  let next = { status: 200, body: '' };
  const server = await serving((_, response) => answer(response, next.status, next.body));
  const client = clientOf(server.url, { maxFailures: 2 ** 31 - 1 });
  const ids = fc.array(fc.constantFrom('tea', 'pot', 'cup', 'jug', '__proto__'), { maxLength: 5 });
  const request = fc.record(
    { session: fc.string(), exclude: ids, candidates: ids, count: fc.integer({ min: 1, max: 4 }) },
    { requiredKeys: ['session'] },
  );
  const field = fc.oneof(fc.constant('d1'), fc.jsonValue());
  const almostSlate = fc.record({
    decision: field,
    items: fc.oneof(fc.array(fc.record({ id: field, propensity: fc.oneof(fc.double(), fc.jsonValue()) })), field),
    policy: fc.oneof(fc.integer(), field),
  });
  const body = fc.oneof(
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    almostSlate.map((value) => JSON.stringify(value)),
  );
  const status = fc.constantFrom(200, 200, 200, 204, 400, 401, 404, 409, 413, 500, 502, 503);
  await fc.assert(
    fc.asyncProperty(request, status, body, async (given, code, text) => {
      next = { status: code, body: code === 204 ? '' : text };
      const shown = await client.recommend(given);
      const shownIds: string[] = shown.items.map(({ id }) => id);
      expect(shownIds.every((id) => typeof id === 'string' && id !== '')).toBe(true);
      if (!shown.isFallback) {
        expect(code).toBe(200);
        expect(shown.decision).not.toBe('');
        expect(shownIds.length).toBeGreaterThan(0);
        return;
      }
      const { exclude = [], candidates, count = 99 }: ClientRecommendRequest = given;
      const allowed = (candidates ?? FALLBACK).filter((id) => !exclude.includes(id));
      expect(new Set(shownIds).size).toBe(shownIds.length);
      expect(shownIds.filter((id) => !allowed.includes(id))).toEqual([]);
      expect(shownIds.length).toBe(Math.min(count, new Set(allowed).size));
    }),
    { numRuns: 300 },
  );
});

test('the fallback may be a function, whose faults cost no more than its items', async () => {
  const errors: unknown[] = [];
  const options = { maxFailures: 1, fetch: () => Promise.reject(new Error('down')) };
  const onError = (error: unknown) => errors.push(error);
  const bySession = clientOf('http://localhost', { ...options, fallback: ({ session }) => [session, 'tea'], count: 1 });
  expect((await bySession.recommend({ session: 'ann' })).items).toEqual([{ id: 'ann' }]);
  const broken = clientOf('http://localhost', {
    ...options,
    onError,
    fallback: () => {
      throw new Error('no list');
    },
  });
  expect((await broken.recommend({ session: 'ann' })).items).toEqual([]);
  expect(errors.map(String)).toContain('Error: no list');
});

describe('circuit breaker', () => {
  test('a dead server is no longer asked, and nobody waits for it', async () => {
    const server = await serving(() => {});
    let sent = 0;
    const counting: ClientOptions['fetch'] = (url, init) => {
      sent++;
      return fetch(url, init);
    };
    const client = clientOf(server.url, { timeoutMs: 10, maxFailures: 3, pauseMs: PATIENT, fetch: counting });
    const reasons = [];
    for (let k = 0; k < 50; k++) {
      const shown = await client.recommend({ session: `s${k}` });
      reasons.push(shown.isFallback && shown.reason);
    }
    expect(reasons.slice(0, 3)).toEqual(['timeout', 'timeout', 'timeout']);
    expect(new Set(reasons.slice(3))).toEqual(new Set(['paused']));
    expect(sent).toBe(3);
  });

  test('Retry-After begins a pause at once', async () => {
    const server = await serving((_, response) => answer(response, 503, {}, { 'Retry-After': '60' }));
    const client = clientOf(server.url, { pauseMs: 1 });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'failed' });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'paused' });
    expect(server.received.length).toBe(1);
  });

  test('probes are deferred, their slates are not shown, and a server that is back serves again', async () => {
    let isUp = false;
    const server = await serving((_, response) => {
      if (isUp) answer(response, 200, slate('d', 'pot'));
      else response.destroy();
    });
    const probes: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => probes.push(work);
    const client = clientOf(server.url, { maxFailures: 1, pauseMs: 1, maxPauseMs: 1, waitUntil });
    expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'unreachable' });
    isUp = true;
    let shown = await client.recommend({ session: 'ann' });
    while (shown.isFallback) {
      expect(shown.reason).toBe('paused');
      await Promise.all(probes);
      await new Promise((resolve) => setTimeout(resolve, 1));
      shown = await client.recommend({ session: 'ann' });
    }
    expect(shown.items[0]!.id).toBe('pot');
    const deferred = server.bodies('/v1/recommend').map(({ deferActivation }) => deferActivation === true);
    expect(deferred[0]).toBe(false);
    expect(deferred.at(-1)).toBe(false);
    expect(new Set(deferred.slice(1, -1))).toEqual(new Set([true]));
  });

  test('requests that the server refuses do not count as failures', async () => {
    const server = await serving((_, response) => answer(response, 400));
    const client = clientOf(server.url, { maxFailures: 1, pauseMs: PATIENT });
    for (let k = 0; k < 3; k++) expect(await client.recommend({ session: 'ann' })).toMatchObject({ reason: 'refused' });
    expect(server.received.length).toBe(3);
  });
});

test('requests have the fields of the recommender, but those that only the server sets', () => {
  expectTypeOf<ClientRecommendRequest>().toEqualTypeOf<Omit<RecommendRequest, 'decision' | 'reportProbabilities'>>();
});
