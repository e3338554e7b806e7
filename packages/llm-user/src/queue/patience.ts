import { createRandom } from '@ialp/core';
import { backOff, wait } from '@ialp/core/retry';
import type { NatsConnection } from '@nats-io/transport-node';
import { QueueError } from './errors.js';
import type { NatsPackages } from './packages.js';

/** Delays between attempts during an outage. */
const DELAYS = { initialDelayMs: 100, maxDelayMs: 2000 };
/** JetStream's code for: there is no such stream, bucket or consumer. */
const GONE = new Set([10014, 10059]);
/** HTTP-like status of an answer that says that JetStream is not ready. */
const NOT_READY = 503;

/** Runs calls to the server that have to succeed in the end: all of them may be repeated without harm. */
export class Patience {
  readonly #connection: NatsConnection;
  readonly #packages: NatsPackages;
  readonly #url: string;

  constructor(packages: NatsPackages, connection: NatsConnection, url: string) {
    this.#packages = packages;
    this.#connection = connection;
    this.#url = url;
  }

  /**
   * The result of a call, which is repeated while the server is away.
   * @throws {QueueError} if the queue is closed or was removed. Whatever else the call throws. The signal's reason.
   */
  async persist<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // Jitter so that many workers do not ask at the same moment; no result depends on it.
    const random = createRandom(process.pid);
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      if (this.#connection.isClosed()) throw new QueueError(this.#url, 'closed', 'the queue is closed');
      try {
        return await call();
      } catch (error) {
        if (this.#isGone(error)) {
          const message = 'the queue was removed while it was in use';
          throw new QueueError(this.#url, 'missing', message, { cause: error });
        }
        if (!this.#isOutage(error)) throw error;
        await wait(backOff(Math.min(attempt, 8), DELAYS, random), signal);
      }
    }
  }

  #isGone(error: unknown): boolean {
    return error instanceof this.#packages.jetstream.JetStreamApiError && GONE.has(error.code);
  }

  #isOutage(error: unknown): boolean {
    const { transport, jetstream } = this.#packages;
    const { errors } = transport;
    if (this.#connection.isClosed()) return false;
    if (error instanceof jetstream.JetStreamApiError) return error.status === NOT_READY;
    // After a restart a server answers before JetStream has read its files.
    if (isNotEnabled(error)) return true;
    return [
      errors.TimeoutError,
      errors.RequestError,
      errors.NoRespondersError,
      errors.ConnectionError,
      errors.ClosedConnectionError,
      jetstream.JetStreamError,
    ].some((kind) => error instanceof kind);
  }
}

/** Whether a server has no JetStream, or not yet. The client does not export the class of this error. */
export function isNotEnabled(error: unknown): boolean {
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}
