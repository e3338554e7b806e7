import type { KV } from '@nats-io/kv';
import { DeadLetterError } from './errors.js';
import type { Patience } from './patience.js';
import { type DeadLetter, JOB } from './records.js';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells submitters when the result, or the dead letter, of their job arrives. */
export class Arrivals {
  readonly #results: KV;
  readonly #dead: KV;
  readonly #patience: Patience;
  readonly #waiting = new Map<string, Set<Waiting>>();
  #watching: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(results: KV, dead: KV, patience: Patience) {
    this.#results = results;
    this.#dead = dead;
    this.#patience = patience;
  }

  /** Resolves once arrivals are noticed. */
  async start(): Promise<void> {
    this.#watching ??= Promise.all([
      this.#watch(this.#results, `${JOB}>`, (key, value) => this.#settle(key.slice(JOB.length), value)),
      this.#watch(this.#dead, '>', (key, value) => this.#bury(key, value as DeadLetter)),
    ]);
    await this.#watching;
  }

  /**
   * Waits for the result of a job.
   * @throws {DeadLetterError}; the signal's reason.
   */
  wait(key: string, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort);
        const others = this.#waiting.get(key);
        others?.delete(waiting);
        if (others?.size === 0) this.#waiting.delete(key);
      };
      const onAbort = (): void => waiting.reject(signal?.reason);
      const waiting: Waiting = {
        resolve(result) {
          leave();
          resolve(result);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const others = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, others.add(waiting));
    });
  }

  /** Makes everybody who waits throw. */
  close(error: unknown): void {
    this.#isClosed = true;
    for (const others of [...this.#waiting.values()]) for (const { reject } of [...others]) reject(error);
  }

  #settle(key: string, result: unknown): void {
    for (const { resolve } of [...(this.#waiting.get(key) ?? [])]) resolve(result);
  }

  #bury(key: string, { deliveries, reason }: DeadLetter): void {
    for (const { reject } of [...(this.#waiting.get(key) ?? [])]) reject(new DeadLetterError(key, deliveries, reason));
  }

  /** Follows a bucket; resolves once it does. The client follows it again by itself after an outage, from where it was. */
  async #watch(bucket: KV, filter: string, onValue: (key: string, value: unknown) => void): Promise<void> {
    const entries = await this.#patience.persist(() => bucket.watch({ key: filter, include: 'updates' }));
    void (async () => {
      try {
        for await (const entry of entries) if (entry.operation === 'PUT') onValue(entry.key, entry.json());
      } catch (error) {
        if (!this.#isClosed) this.close(error);
      }
    })();
  }
}
