import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { InvalidOptionError } from '@ialp/core';
import { wait } from '@ialp/core/retry';
import type { KV, KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { checkOptions, checkSignal } from '../check-inputs.js';
import { Arrivals } from './arrivals.js';
import { QueueError } from './errors.js';
import type { NatsPackages } from './packages.js';
import { isNotEnabled, Patience } from './patience.js';
import { ABOUT, encode, JOB } from './records.js';
import { CONSUMER, NANOSECONDS, type QueueStorage } from './storage.js';
import type { QueueStatus, WorkOptions, WorkQueue, WorkSummary } from './work-queue.js';
import { checkWorkOptions, Worker } from './worker.js';

/** JetStream's code for: a message of this subject is there already. */
const ALREADY_QUEUED = 10077;
/** JetStream's codes for: another value was stored first. */
const NOT_FIRST = new Set([10071, 10164]);
/** JetStream's code for: the account may not use it. */
const NOT_ENABLED = 10039;
/** Between two looks at whether a job that is waited for is still queued. */
const RECHECK_MS = 30_000;
/** How long an end waits for the server to hear of it. */
const CLOSE_LIMIT_MS = 5000;

/** What a queue is made of. */
export interface QueueParts {
  readonly packages: NatsPackages;
  readonly connection: NatsConnection;
  readonly storage: QueueStorage;
  readonly name: string;
  readonly url: string;
  readonly maxDeliveries: number;
}

/** A work queue on JetStream. */
export class NatsWorkQueue implements WorkQueue {
  readonly specificationVersion = 'v1';
  readonly name: string;
  readonly url: string;
  readonly #parts: QueueParts;
  readonly #patience: Patience;
  readonly #arrivals: Arrivals;
  /** Jobs that are being taken back. */
  readonly #withdrawals = new Set<Promise<unknown>>();

  constructor(parts: QueueParts) {
    const { packages, connection, storage, name, url } = parts;
    this.name = name;
    this.url = url;
    this.#parts = parts;
    this.#patience = new Patience(packages, connection, url);
    this.#arrivals = new Arrivals(storage.results, storage.dead, this.#patience);
  }

  async submit(key: string, content: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
    checkKey(key);
    checkOptions(options, '{ signal }', ['signal']);
    const { signal } = options;
    checkSignal(signal);
    signal?.throwIfAborted();
    const bytes = this.#checked(encode(content), `the job ${key}`);
    await this.#arrivals.start();
    // Watched before it is looked up and queued, so that no result is missed in between.
    const arrival = this.#arrivals.wait(key, signal);
    arrival.catch(() => {});
    try {
      await this.#revive(key, signal);
      for (;;) {
        const stored = await this.result(key);
        if (stored !== undefined) return stored;
        await this.#publish(key, bytes, signal);
        // Queued again now and then: whoever submitted the same job may have taken it back, or somebody may have purged the stream.
        const recheck = new AbortController();
        const pause = wait(RECHECK_MS, recheck.signal).then(
          () => undefined,
          () => undefined,
        );
        const arrived = await Promise.race([arrival.then((value) => ({ value })), pause]).finally(() =>
          recheck.abort(),
        );
        if (arrived !== undefined) return arrived.value;
      }
    } catch (error) {
      if (signal?.aborted) this.#withdraw(key);
      throw error;
    }
  }

  async result(key: string): Promise<unknown> {
    checkKey(key);
    return (await this.#read(this.#parts.storage.results, `${JOB}${key}`))?.json();
  }

  async work(options: WorkOptions): Promise<WorkSummary> {
    checkWorkOptions(options);
    const { storage, maxDeliveries } = this.#parts;
    const consumer = await this.#patience.persist(() => storage.client.consumers.get(storage.stream, CONSUMER));
    const { config } = await consumer.info(true);
    // Every job in progress listens, and there may be many.
    const end = new AbortController();
    setMaxListeners(0, end.signal);
    const onAbort = (): void => end.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    const worker = new Worker(
      { ...options, signal: end.signal },
      {
        next: (expiresMs) => this.#patience.persist(() => consumer.next({ expires: expiresMs }), end.signal),
        keyOf: ({ subject }) => subject.slice(storage.subject.length),
        isDone: async (key) => (await this.#read(storage.results, `${JOB}${key}`)) !== undefined,
        storeResult: (key, result) => this.#storeFirst(storage.results, `${JOB}${key}`, result),
        storeDeadLetter: async (key, letter) => {
          await this.#patience.persist(() => storage.dead.put(key, this.#checked(encode(letter), `the job ${key}`)));
        },
        ackWaitMs: (config.ack_wait ?? 0) / NANOSECONDS,
        maxDeliveries,
      },
    );
    try {
      return await worker.run();
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
      // What was acknowledged or given back has left this process.
      await withinLimit(this.#parts.connection.flush());
    }
  }

  async agree(topic: string, value: unknown): Promise<unknown> {
    checkKey(topic);
    const known = await this.agreed(topic);
    if (known !== undefined) return known;
    await this.#storeFirst(this.#parts.storage.results, `${ABOUT}${topic}`, value);
    return this.agreed(topic);
  }

  async agreed(topic: string): Promise<unknown> {
    checkKey(topic);
    return (await this.#read(this.#parts.storage.results, `${ABOUT}${topic}`))?.json();
  }

  async awaitAgreed(topic: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
    checkKey(topic);
    const { results } = this.#parts.storage;
    const entries = await this.#patience.persist(
      () => results.watch({ key: `${ABOUT}${topic}`, ignoreDeletes: true }),
      signal,
    );
    const stop = (): void => entries.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for await (const entry of entries) return entry.json();
    } finally {
      signal?.removeEventListener('abort', stop);
      entries.stop();
    }
    signal?.throwIfAborted();
    throw new QueueError(this.url, 'closed', 'the queue was closed');
  }

  async putBytes(bytes: Uint8Array): Promise<string> {
    const id = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    const store = this.#parts.storage.bytes;
    await this.#patience.persist(async () => {
      if ((await store.info(id)) === null) await store.putBlob({ name: id }, bytes);
    });
    return id;
  }

  async getBytes(id: string): Promise<Uint8Array> {
    const found = await this.#patience.persist(() => this.#parts.storage.bytes.getBlob(id));
    if (found !== null) return found;
    throw new QueueError(this.url, 'missing', `the queue ${this.name} has no bytes with the id ${JSON.stringify(id)}`);
  }

  async status(): Promise<QueueStatus> {
    const { manager, stream, results, dead } = this.#parts.storage;
    const count = async (bucket: KV, filter: string): Promise<number> => {
      let keys = 0;
      for await (const _ of await bucket.keys(filter)) keys++;
      return keys;
    };
    return this.#patience.persist(async () => ({
      jobs: (await manager.streams.info(stream)).state.messages,
      inProgress: (await manager.consumers.info(stream, CONSUMER)).num_ack_pending,
      results: await count(results, `${JOB}>`),
      deadLetters: await count(dead, '>'),
    }));
  }

  async remove(): Promise<void> {
    const { manager, stream, results, dead, bytes } = this.#parts.storage;
    await manager.streams.delete(stream);
    await results.destroy();
    await dead.destroy();
    await bytes.destroy();
  }

  async close(): Promise<void> {
    const { connection } = this.#parts;
    this.#arrivals.close(new QueueError(this.url, 'closed', 'the queue was closed'));
    await withinLimit(Promise.allSettled(this.#withdrawals));
    await connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes a dead letter a job that can be queued. */
  async #revive(key: string, signal: AbortSignal | undefined): Promise<void> {
    const { dead, manager, stream, subject } = this.#parts.storage;
    if ((await this.#read(dead, key)) === undefined) return;
    // Its worker may not have acknowledged the job yet, and would then end the new one of the same subject.
    await this.#patience.persist(() => manager.streams.purge(stream, { filter: `${subject}${key}` }), signal);
    await this.#patience.persist(() => dead.purge(key), signal);
  }

  /** Queues a job, unless it is queued or in progress. */
  async #publish(key: string, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const { client, subject } = this.#parts.storage;
    await this.#patience
      .persist(() => client.publish(`${subject}${key}`, bytes), signal)
      .catch((error: unknown) => {
        if ((error as { readonly code?: number }).code !== ALREADY_QUEUED) throw error;
      });
  }

  /** Takes a job back. A worker that has it goes on, and its result is stored. */
  #withdraw(key: string): void {
    const { manager, stream, subject } = this.#parts.storage;
    const withdrawal = manager.streams.purge(stream, { filter: `${subject}${key}` }).catch(() => {});
    this.#withdrawals.add(withdrawal);
    void withdrawal.finally(() => this.#withdrawals.delete(withdrawal));
  }

  async #read(bucket: KV, key: string): Promise<KvEntry | undefined> {
    const entry = await this.#patience.persist(() => bucket.get(key));
    return entry?.operation === 'PUT' ? entry : undefined;
  }

  /** Stores a value unless there is one: of two workers that had the same job, the first one counts. */
  async #storeFirst(bucket: KV, key: string, value: unknown): Promise<void> {
    const bytes = this.#checked(encode(value), key);
    await this.#patience
      .persist(() => bucket.create(key, bytes))
      .catch((error: unknown) => {
        if (!NOT_FIRST.has((error as { readonly code?: number }).code ?? 0)) throw error;
      });
  }

  /** @throws {QueueError} for more bytes than the server accepts. */
  #checked(bytes: Uint8Array, what: string): Uint8Array {
    const limit = this.#parts.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
    // The client adds headers.
    if (bytes.length + 1024 <= limit) return bytes;
    const message = `${what} has ${bytes.length} bytes; the server accepts ${limit}. Raise max_payload of nats-server`;
    throw new QueueError(this.url, 'too large', message);
  }
}

/** Waits for what can be done without; the server may be away. */
async function withinLimit(task: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const limit = wait(CLOSE_LIMIT_MS, done.signal).catch(() => {});
  await Promise.race([task.catch(() => {}), limit]).finally(() => done.abort());
}

/** @throws {InvalidOptionError} */
function checkKey(key: unknown): void {
  if (typeof key === 'string' && key.length <= 200 && /^[-\w=/]+(?:\.[-\w=/]+)*$/.test(key)) return;
  throw new InvalidOptionError('key', key, 'at most 200 letters, digits and -_=/, in parts separated by dots');
}

/** An error of the server at opening, as one that says what to do. */
export function explained(url: string, error: unknown): unknown {
  const options = { cause: error };
  if (isNotEnabled(error) || (error as { readonly code?: number }).code === NOT_ENABLED) {
    const message = 'this NATS server has no JetStream. Start it with: nats-server -js -sd <folder>';
    return new QueueError(url, 'no jetstream', message, options);
  }
  if (!(error instanceof Error) || QueueError.isInstance(error)) return error;
  return new QueueError(url, 'unusable', `the queue could not be opened on this server (${error.message})`, options);
}
