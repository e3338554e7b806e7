import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { FeedbackRequest } from '../recommender.js';
import {
  type ClientFeedback,
  type ClientOptions,
  type ClientStorage,
  createClient,
  type DroppedEvent,
  type RecommendClient,
} from './index.js';
import { answer, type ScriptedServer, scriptedServer, slate } from './test-support/scripted-server.js';

const FEEDBACK = '/v1/feedback';
let server: ScriptedServer;
let clients: RecommendClient[] = [];
let dropped: DroppedEvent[] = [];

beforeEach(async () => {
  dropped = [];
  server = await scriptedServer((_, response) => answer(response, 202));
});
afterEach(async () => {
  await server.close();
  await Promise.all(clients.map((client) => client.close()));
  vi.unstubAllGlobals();
  clients = [];
});

function clientOf(options: Partial<ClientOptions> = {}): RecommendClient {
  const client = createClient({
    ...{ url: server.url, fallback: ['tea'], initialRetryMs: 1, maxRetryMs: 5, sendTimeoutMs: 60_000 },
    onDropped: (event) => dropped.push(event),
    ...options,
  });
  clients.push(client);
  return client;
}

/** A storage like that of a browser. */
class MemoryStorage implements ClientStorage {
  readonly entries = new Map<string, string>();
  get length(): number {
    return this.entries.size;
  }
  key(index: number): string | null {
    return [...this.entries.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.entries.set(key, value);
  }
  removeItem(key: string): void {
    this.entries.delete(key);
  }
}

test('feedback, activations and ends of sessions are sent in the background', async () => {
  const client = clientOf({ token: 'secret' });
  const id = client.feedback({ decision: 'd1', item: 'tea', reward: 2 });
  client.activate('d/2');
  client.endSession('ann & co');
  expect(client.queued).toBe(3);
  expect(await client.flush()).toBe(true);
  expect(client.queued).toBe(0);
  expect(server.bodies(FEEDBACK)).toEqual([{ id, decision: 'd1', item: 'tea', reward: 2 }]);
  const paths = server.received.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([FEEDBACK, '/v1/decisions/d%2F2/activate']));
  expect(paths[2]).toBe('/v1/sessions/ann%20%26%20co/end');
  expect(server.received.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer secret'));
});

test('the age of feedback is sent, whatever the clock of the page says', async () => {
  const client = clientOf();
  const AHEAD = 86_400_000;
  const now = vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + AHEAD);
  client.feedback({ decision: 'd1', reward: 1, at: Date.now() - 5_000 });
  client.feedback({ decision: 'd2', reward: 1, at: Date.now() + 5_000 });
  expect(await client.flush()).toBe(true);
  now.mockRestore();
  const sent = new Map(server.bodies(FEEDBACK).map((body) => [body['decision'], body]));
  expect(sent.get('d1')).not.toHaveProperty('at');
  expect(sent.get('d1')!['ageMs']).toBeGreaterThanOrEqual(5_000);
  expect(sent.get('d1')!['ageMs']).toBeLessThan(AHEAD);
  expect(sent.get('d2')).not.toHaveProperty('ageMs');
});

test('feedback to a fallback is not sent', async () => {
  const client = clientOf();
  client.feedback({ decision: undefined, reward: 1 });
  client.activate(undefined);
  expect(client.queued).toBe(0);
  expect(await client.flush()).toBe(true);
  expect(server.received).toEqual([]);
});

test.each<[string, ScriptedServer['script']]>([
  ['is away', (_, response) => response.destroy()],
  ['is overloaded', (_, response) => answer(response, 429, {}, { 'Retry-After': '0' })],
  ['cannot store events', (_, response) => answer(response, 503)],
  ['has a fault', (_, response) => answer(response, 500)],
])('feedback reaches a server that %s for a while, each with its id', async (_name, script) => {
  server.script = script;
  const client = clientOf();
  const ids = Array.from({ length: 20 }, (_, k) => client.feedback({ decision: `d${k}`, reward: k }));
  await server.until(() => server.received.length >= 7);
  server.script = (_request, response) => answer(response, 202);
  await server.until(() => new Set(server.bodies(FEEDBACK).map(({ id }) => id)).size === 20);
  while (client.queued > 0) await client.flush();
  const accepted = new Map(server.bodies(FEEDBACK).map((body) => [body['id'], body['reward']]));
  expect([...accepted].sort(([, a], [, b]) => Number(a) - Number(b))).toEqual(ids.map((id, k) => [id, k]));
  expect(dropped).toEqual([]);
});

test('a server that flaps gets every feedback', async () => {
  const accepted = new Set<unknown>();
  let requests = 0;
  server.script = ({ body }, response) => {
    if (requests++ % 3 !== 0) return response.destroy();
    accepted.add(JSON.parse(body).id);
    // The answer of every other one is lost: it is sent again, and the server recognises it.
    return requests % 2 === 0 ? response.destroy() : answer(response, 202);
  };
  const client = clientOf();
  const ids = Array.from({ length: 60 }, (_, k) => client.feedback({ decision: `d${k % 7}`, reward: k }));
  while (client.queued > 0) await client.flush();
  expect([...accepted].sort()).toEqual([...ids].sort());
  expect(dropped).toEqual([]);
});

test('feedback to one decision, and the end of a session after it, keep their order', async () => {
  const order: string[] = [];
  let requests = 0;
  server.script = ({ path, body }, response) => {
    if (requests++ % 2 === 0) return answer(response, 503);
    order.push(path === FEEDBACK ? JSON.parse(body).reward : path);
    return answer(response, 202);
  };
  const client = clientOf();
  for (let reward = 0; reward < 6; reward++) client.feedback({ decision: 'd1', reward });
  client.endSession('ann');
  client.feedback({ decision: 'd2', reward: 6 });
  while (client.queued > 0) await client.flush();
  expect(order).toEqual([0, 1, 2, 3, 4, 5, '/v1/sessions/ann/end', 6]);
});

test('Retry-After is waited for, but not by flush', async () => {
  server.script = (_, response) => answer(response, 429, {}, { 'Retry-After': '600' });
  const client = clientOf();
  client.feedback({ decision: 'd1', reward: 1 });
  expect(await client.flush()).toBe(false);
  client.feedback({ decision: 'd2', reward: 1 });
  // The retry without Retry-After would come after 5 ms.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.received.length).toBe(1);
  server.script = (_, response) => answer(response, 202);
  expect(await client.flush()).toBe(true);
  expect(server.received.length).toBe(3);
});

test('an event that the server always fails on does not hold up the others', async () => {
  server.script = ({ body }, response) => answer(response, body.includes('poison') ? 500 : 202);
  const client = clientOf();
  client.feedback({ decision: 'poison', reward: 1 });
  for (let k = 0; k < 10; k++) client.feedback({ decision: `d${k}`, reward: 1 });
  await server.until(() => new Set(server.bodies(FEEDBACK).map(({ decision }) => decision)).size === 11);
  while (client.queued > 1) await client.flush();
  expect(client.queued).toBe(1);
});

describe('an event is dropped, and onDropped told,', () => {
  test.each([400, 401, 403, 404, 413])('if the server answers %d', async (status) => {
    server.script = (_, response) => answer(response, status);
    const client = clientOf();
    const id = client.feedback({ decision: 'd1', reward: 1 });
    expect(await client.flush()).toBe(true);
    expect(dropped).toEqual([{ event: expect.objectContaining({ id, kind: 'feedback' }), reason: 'refused', status }]);
  });

  test('if the queue is full: the oldest that is not on its way', async () => {
    server.script = (_, response) => answer(response, 503, {}, { 'Retry-After': '600' });
    const client = clientOf({ maxQueued: 3 });
    client.feedback({ decision: 'd0', reward: 0 });
    expect(await client.flush()).toBe(false);
    for (let k = 1; k < 6; k++) client.feedback({ decision: `d${k}`, reward: k });
    expect(client.queued).toBe(3);
    expect(dropped.map(({ event, reason }) => [(event as { reward: number }).reward, reason])).toEqual([
      [0, 'overflow'],
      [1, 'overflow'],
      [2, 'overflow'],
    ]);
  });

  test('if it is too old', async () => {
    server.script = (_, response) => answer(response, 503);
    const client = clientOf({ maxAgeMs: 1 });
    client.feedback({ decision: 'd1', reward: 1 });
    while (client.queued > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await client.flush();
    }
    expect(dropped).toMatchObject([{ reason: 'expired' }]);
  });

  test('if the client is closed without a storage', async () => {
    server.script = (_, response) => answer(response, 503);
    const client = clientOf();
    client.feedback({ decision: 'd1', reward: 1 });
    await client.close();
    client.feedback({ decision: 'd2', reward: 1 });
    expect(dropped).toMatchObject([{ reason: 'closed' }, { reason: 'closed' }]);
  });

  test('if it cannot be written as JSON, or its session not in a URL', async () => {
    const client = clientOf();
    client.endSession('\ud800');
    client.feedback({ decision: 'd', reward: 1n as unknown as number });
    expect(client.queued).toBe(0);
    expect(dropped.map(({ reason }) => reason)).toEqual(['refused', 'refused']);
  });

  test('and what onDropped throws changes nothing', async () => {
    server.script = (_, response) => answer(response, 404);
    const client = clientOf({
      onDropped: () => {
        throw new Error('in the log of the shop');
      },
    });
    client.feedback({ decision: 'd1', reward: 1 });
    client.feedback({ decision: 'd2', reward: 1 });
    expect(await client.flush()).toBe(true);
  });
});

describe('with a storage', () => {
  test('a reload loses nothing', async () => {
    const storage = new MemoryStorage();
    storage.setItem('of another program', '1');
    server.script = (_, response) => response.destroy();
    const before = clientOf({ storage, initialRetryMs: 60_000, maxRetryMs: 60_000 });
    const ids = [1, 2, 3].map((reward) => before.feedback({ decision: `d${reward}`, reward }));
    before.endSession('ann');
    expect(await before.flush()).toBe(false);
    expect(storage.length).toBe(5);

    server.script = (_, response) => answer(response, 202);
    const after = clientOf({ storage });
    expect(await after.flush()).toBe(true);
    expect(new Set(server.bodies(FEEDBACK).map(({ id }) => id))).toEqual(new Set(ids));
    expect(server.received.at(-1)!.path).toBe('/v1/sessions/ann/end');
    expect([...storage.entries.keys()]).toEqual(['of another program']);
  });

  test('events stay there when the client is closed', async () => {
    const storage = new MemoryStorage();
    server.script = (_, response) => answer(response, 503);
    const client = clientOf({ storage });
    client.feedback({ decision: 'd1', reward: 1 });
    await client.close();
    expect(storage.length).toBe(1);
    expect(dropped).toEqual([]);
  });

  test('what is damaged there is removed', async () => {
    const storage = new MemoryStorage();
    const valid = { id: 'x', kind: 'end', queuedAt: Date.now(), session: 's' };
    const damaged = ['{', 'null', '7', '{}', { ...valid, session: '\ud800' }, { ...valid, id: 'y' }, [valid]];
    for (const [k, value] of damaged.entries()) {
      storage.setItem(`ialp.queued.${k}`, typeof value === 'string' ? value : JSON.stringify(value));
    }
    storage.setItem('ialp.queued.x', JSON.stringify(valid));
    const client = clientOf({ storage });
    expect(storage.length).toBe(1);
    expect(await client.flush()).toBe(true);
    expect(storage.length).toBe(0);
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/sessions/s/end']);
    expect(dropped).toEqual([]);
  });

  test('a storage that fails costs nothing else', async () => {
    const errors: unknown[] = [];
    const fail = (): never => {
      throw new Error('quota');
    };
    const storage = { length: 1, key: fail, getItem: fail, setItem: fail, removeItem: fail };
    const client = clientOf({ storage, onError: (error) => errors.push(error) });
    client.feedback({ decision: 'd1', reward: 1 });
    expect(await client.flush()).toBe(true);
    expect(errors.map(String)).toEqual(Array(3).fill('Error: quota'));
  });
});

describe('in a page', () => {
  test('what is queued is sent when the page is hidden, with keepalive', async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal('document', { visibilityState: 'hidden' });
    vi.stubGlobal('addEventListener', (type: string, listener: () => void) => listeners.set(type, listener));
    vi.stubGlobal('removeEventListener', (type: string) => listeners.delete(type));
    server.script = (_, response) => answer(response, 503, {}, { 'Retry-After': '600' });
    const kept: boolean[] = [];
    const client = clientOf({
      fetch: (url, init) => {
        kept.push(init.keepalive);
        return fetch(url, init);
      },
    });
    for (let k = 0; k < 10; k++) client.feedback({ decision: `d${k}`, reward: 1 });
    expect(await client.flush()).toBe(false);
    const before = server.received.length;
    server.script = (_, response) => answer(response, 202);
    listeners.get('visibilitychange')!();
    listeners.get('pagehide')!();
    await server.until(() => server.received.length === before + 10);
    while (client.queued > 0) await client.flush();
    expect(new Set(kept)).toEqual(new Set([true]));
    expect(server.received.length).toBe(before + 10);
    await client.close();
    expect(listeners.size).toBe(0);
  });

  test('the end of a session does not overtake feedback that waits', async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal('document', {});
    vi.stubGlobal('addEventListener', (type: string, listener: () => void) => listeners.set(type, listener));
    vi.stubGlobal('removeEventListener', () => {});
    server.script = (_, response) => answer(response, 503, {}, { 'Retry-After': '600' });
    const client = clientOf();
    client.feedback({ decision: 'd1', reward: 1 });
    client.endSession('ann');
    client.feedback({ decision: 'd2', reward: 1 });
    expect(await client.flush()).toBe(false);
    server.script = () => {};
    listeners.get('pagehide')!();
    await server.until(() => server.received.length === 2);
    expect(server.received.map(({ path }) => path)).toEqual([FEEDBACK, FEEDBACK]);
    server.script = (_, response) => answer(response, 202);
    client.endSession('ben');
  });
});

test('slates that are confirmed are deferred, and activated once they arrived', async () => {
  let count = 0;
  server.script = ({ path }, response) =>
    path === '/v1/recommend' ? answer(response, 200, slate(`d${count++}`, 'tea')) : answer(response, 202);
  const client = clientOf({ confirmShown: true, timeoutMs: 60_000 });
  await client.recommend({ session: 'ann' });
  await client.recommend({ session: 'ann', deferActivation: true });
  await client.flush();
  expect(server.bodies('/v1/recommend').map(({ deferActivation }) => deferActivation)).toEqual([true, true]);
  expect(server.received.map(({ path }) => path).filter((path) => path.includes('activate'))).toEqual([
    '/v1/decisions/d0/activate',
  ]);
});

test('feedback has the fields of the recommender', () => {
  expectTypeOf<Omit<ClientFeedback, 'decision'>>().toEqualTypeOf<Omit<FeedbackRequest, 'decision' | 'id' | 'ageMs'>>();
});
