import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { findNatsServer, type NatsServer, NO_NATS_SERVER, startNatsServer } from '@ialp/nats-server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  DeadLetterError,
  type Job,
  openWorkQueue,
  QueueError,
  type WorkQueue,
  type WorkQueueOptions,
} from './index.js';

const binary = await findNatsServer();
/** Waits until nothing fails any more: a busy machine takes its time. */
const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 120_000 });
let server: NatsServer;
let queues = 0;

beforeAll(async () => {
  if (binary !== undefined) server = await startNatsServer();
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** Opens a queue of its own, or another connection to one by its name. */
function open(options: Partial<WorkQueueOptions> = {}): Promise<WorkQueue> {
  return openWorkQueue({ url: server.url, name: `q${queues++}`, ...options });
}

const double = async ({ content }: Job): Promise<number> => 2 * (content as number);
const keys = (count: number): string[] => Array.from({ length: count }, (_, k) => `k${k}`);

// Each test has a queue of its own, and most of them wait: for a silence, or for a worker that is not heard of.
describe.concurrent('a work queue', () => {
  test('gives each job to one of its workers, and its result to whoever submitted it', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    await using other = await open({ name: queue.name });
    const done: string[] = [];
    const end = new AbortController();
    const work = [queue, other].map((each, k) =>
      each.work({
        handle: double,
        concurrency: 3,
        signal: end.signal,
        onJob: ({ key }) => void done.push(`${k} ${key}`),
      }),
    );
    const results = await Promise.all(keys(60).map((key, k) => queue.submit(key, k)));
    expect(results).toEqual(keys(60).map((_, k) => 2 * k));
    end.abort();
    const summaries = await Promise.all(work);
    expect(summaries[0].done + summaries[1].done).toBe(60);
    expect(new Set(done.map((line) => line.slice(2))).size).toBe(60);
    expect(await queue.status()).toEqual({ jobs: 0, inProgress: 0, results: 60, deadLetters: 0 });
  });

  test('does nothing twice: not a job with a result, nor one that is queued or in progress', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    await using other = await open({ name: queue.name });
    const first = queue.submit('a', 1);
    const second = other.submit('a', 1);
    const third = queue.submit('a', 1);
    let handled = 0;
    const summary = await queue.work({
      handle: async (job) => {
        handled++;
        return double(job);
      },
      idleMs: 1500,
    });
    expect(await Promise.all([first, second, third])).toEqual([2, 2, 2]);
    expect(await other.submit('a', 1)).toBe(2);
    expect([handled, summary]).toEqual([1, { done: 1, failed: 0 }]);
    expect(await other.result('a')).toBe(2);
    expect(await other.result('b')).toBeUndefined();
  });

  test('a job that fails is tried again, and then a dead letter, which a new submission tries again', async ({
    skip,
  }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open({ maxDeliveries: 2 });
    const deliveries: number[] = [];
    let isBroken = true;
    const end = new AbortController();
    const work = queue.work({
      async handle(job) {
        deliveries.push(job.deliveries);
        if (isBroken) throw new RangeError('too hot');
        return double(job);
      },
      describe: () => ({ degrees: 99 }),
      signal: end.signal,
    });
    const failure = await queue.submit('a', 1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeadLetterError);
    expect(failure).toMatchObject({
      key: 'a',
      deliveries: 2,
      reason: { name: 'RangeError', message: 'too hot', details: { degrees: 99 } },
    });
    expect((failure as Error).message).toBe('The job a was given to a worker 2 times and failed. too hot');
    isBroken = false;
    // At once: the worker may not have acknowledged the job yet.
    const { deadLetters } = await queue.status();
    expect([await queue.submit('a', 1), deadLetters]).toEqual([2, 1]);
    expect(deliveries).toEqual([1, 2, 1]);
    await until(async () => expect(await queue.status()).toMatchObject({ jobs: 0, results: 1, deadLetters: 0 }));
    end.abort();
    expect(await work).toEqual({ done: 1, failed: 2 });
  });

  test('an error can end the job, or the worker, whose job another one does', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    const hopeless = queue.submit('hopeless', 1);
    hopeless.catch(() => {});
    await queue.work({ handle: () => Promise.reject(new Error('no')), judge: () => 'fail', idleMs: 1000 });
    await expect(hopeless).rejects.toMatchObject({ deliveries: 1 });
    const fine = queue.submit('fine', 4);
    const broken = queue.work({
      handle: () => Promise.reject(new Error('no power')),
      judge: () => 'stop',
      concurrency: 2,
    });
    await expect(broken).rejects.toThrow('no power');
    await queue.work({ handle: double, idleMs: 1000 });
    expect(await fine).toBe(8);
  });

  test('a job that takes longer than the patience with a silent worker is not given to another', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open({ ackWaitMs: 2000 });
    const seen: number[] = [];
    const handle = async (job: Job): Promise<number> => {
      seen.push(job.deliveries);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return double(job);
    };
    const end = new AbortController();
    const work = queue.work({ handle, concurrency: 2, signal: end.signal });
    expect(await queue.submit('slow', 5)).toBe(10);
    expect(seen).toEqual([1]);
    end.abort();
    await work;
  });

  test('a job that no worker survives becomes a dead letter', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open({ ackWaitMs: 1000, maxDeliveries: 2 });
    const failure = queue.submit('deadly', 1).catch((error: unknown) => error);
    for (let k = 0; k < 2; k++) {
      const dying = await open({ name: queue.name });
      const taken: Job[] = [];
      const forever = (job: Job): Promise<never> => new Promise(() => taken.push(job));
      void dying.work({ handle: forever }).catch(() => {});
      await until(() => expect(taken.length).toBe(1));
      await dying.close();
    }
    const handled: Job[] = [];
    const summary = await queue.work({ handle: async (job) => handled.push(job), idleMs: 3000 });
    expect([summary, handled]).toEqual([{ done: 0, failed: 1 }, []]);
    expect(await failure).toMatchObject({
      deliveries: 2,
      message: expect.stringMatching(/No worker that had it finished it/),
    });
  });

  test('an aborted submission takes its job back', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    const interrupt = new AbortController();
    const waiting = queue.submit('a', 1, { signal: interrupt.signal });
    const other = queue.submit('b', 2);
    await until(async () => expect((await queue.status()).jobs).toBe(2));
    interrupt.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await until(async () => expect((await queue.status()).jobs).toBe(1));
    expect(await queue.work({ handle: double, idleMs: 1000 })).toEqual({ done: 1, failed: 0 });
    expect(await other).toBe(4);
  });

  test('submitters and workers outlast a server that is killed and comes back', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using own = await startNatsServer();
    const outages: boolean[] = [];
    await using queue = await open({ url: own.url, onOutage: (isAway) => void outages.push(isAway) });
    await using other = await open({ url: own.url, name: queue.name });
    const end = new AbortController();
    const handled = new Map<string, number>();
    const work = other.work({
      async handle(job) {
        handled.set(job.key, (handled.get(job.key) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return double(job);
      },
      concurrency: 4,
      signal: end.signal,
    });
    const results = Promise.all(keys(200).map((key, k) => queue.submit(key, k)));
    await until(() => expect(handled.size).toBeGreaterThan(20));
    await own.stop('SIGKILL');
    await until(() => expect(outages).toEqual([true]));
    const late = queue.submit('late', 7);
    await own.restart();
    expect(await results).toEqual(keys(200).map((_, k) => 2 * k));
    expect(await late).toBe(14);
    expect(outages).toEqual([true, false]);
    // At most what was in progress when the server went away is done twice.
    const twice = [...handled.values()].filter((times) => times > 1).length;
    expect(twice).toBeLessThanOrEqual(4);
    end.abort();
    await work;
  });

  test('its processes agree on the first value', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    await using other = await open({ name: queue.name });
    expect(await queue.agreed('model')).toBeUndefined();
    const awaited = other.awaitAgreed('model');
    const values = await Promise.all([queue.agree('model', { a: 1 }), other.agree('model', { a: 2 })]);
    expect(values[0]).toEqual(values[1]);
    expect(await awaited).toEqual(values[0]);
    const interrupt = new AbortController();
    const never = queue.awaitAgreed('nothing', { signal: interrupt.signal });
    interrupt.abort(new Error('enough'));
    await expect(never).rejects.toThrow('enough');
  });

  test('stores bytes that no message could hold, once', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    const bytes = new Uint8Array(3_000_000).map((_, k) => k * 7);
    const id = await queue.putBytes(bytes);
    expect(await queue.putBytes(bytes)).toBe(id);
    expect(Buffer.compare(await queue.getBytes(id), bytes)).toBe(0);
    await expect(queue.getBytes('none')).rejects.toMatchObject({ fault: 'missing' });
  });

  test('is gone once it is removed', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    await using other = await open({ name: queue.name });
    void queue.submit('a', 1).catch(() => {});
    await until(async () => expect((await queue.status()).jobs).toBe(1));
    await queue.remove();
    await expect(other.submit('b', 1)).rejects.toMatchObject({ name: 'QueueError', fault: 'missing' });
    await using anew = await open({ name: queue.name });
    expect(await anew.status()).toEqual({ jobs: 0, inProgress: 0, results: 0, deadLetters: 0 });
  });
});

describe('errors say what to do', () => {
  test('a job larger than the server accepts', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using queue = await open();
    await expect(queue.submit('a', 'x'.repeat(2_000_000))).rejects.toThrow(
      /the job a has 2000002 bytes; the server accepts 1048576\. Raise max_payload/,
    );
  });

  test('no server, another server, no JetStream, a password', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    const fault = (url: string) => openWorkQueue({ url, name: 'q' }).catch((error: unknown) => error as QueueError);
    const away = await fault('nats://user:secret@127.0.0.1:1');
    expect(away).toBeInstanceOf(QueueError);
    expect(away).toMatchObject({
      fault: 'unreachable',
      message: expect.stringMatching(/^nats:\/\/127\.0\.0\.1:1: no NATS/),
    });
    const silent = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    expect(await fault(`nats://127.0.0.1:${port}`)).toMatchObject({ fault: 'unreachable' });
    silent.close();
    for (const [args, expected] of [
      [[], { fault: 'no jetstream', message: expect.stringMatching(/nats-server -js -sd <folder>$/) }],
      [['--user', 'a', '--pass', 'b', '-js', '-sd', `${server.storeDir}/auth`], { fault: 'refused' }],
    ] as const) {
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const own = (free.address() as { port: number }).port;
      free.close();
      await once(free, 'close');
      const child = spawn(binary as string, ['-a', '127.0.0.1', '-p', String(own), ...args], { stdio: 'ignore' });
      const url = `nats://127.0.0.1:${own}`;
      await until(async () => expect(await fault(url)).toMatchObject(expected));
      if (args.length > 0) await (await openWorkQueue({ url: url.replace('//', '//a:b@'), name: 'q' })).close();
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  test.each([
    [{ url: 'http://127.0.0.1:4222' }, /url: expected the address of a NATS server/],
    [{ url: 'nats://u:secret@host/path' }, /^(?!.*secret).*url: expected/],
    [{ url: undefined as never }, /url: expected/],
    [{ name: 'a b' }, /name: expected a name of at most 64/],
    [{ ackWaitMs: 10 }, /ackWaitMs: expected/],
    [{ maxDeliveries: 0 }, /maxDeliveries: expected/],
    [{ nam: 'x' } as never, /did you mean name\?/],
  ])('%o is refused before anything is opened', async (options, message) => {
    await expect(openWorkQueue({ url: 'nats://127.0.0.1:1', name: 'q', ...options })).rejects.toThrow(message);
  });

  test.each(['', '.a', 'a.', 'a b', 'a*', 'ä', 'a..b', 'x'.repeat(201)])('the key %o is refused', async (key) => {
    if (binary === undefined) return;
    await using queue = await open();
    await expect(queue.submit(key, 1)).rejects.toThrow(/key: expected at most 200/);
  });
});
