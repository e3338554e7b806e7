import { checkInteger, InvalidOptionError } from '@ialp/core';
import type { JsMsg } from '@nats-io/jetstream';
import { checkFunction, checkOptions, checkSignal } from '../check-inputs.js';
import type { DeadLetter } from './records.js';
import type { Job, Verdict, WorkOptions, WorkSummary } from './work-queue.js';

/** How long the server holds a request for a job before it says that the queue is empty. */
const POLL_MS = 5000;
/** The shortest time that JetStream accepts for it. */
const MIN_POLL_MS = 1000;
/** A job that failed is given to a worker again after this time, so that a server that is away can come back. */
const RETRY_DELAY_MS = 1000;

/** What a worker needs of its queue. */
export interface WorkerQueue {
  /** The next job, or null if none arrives within a time. Throws once the worker's signal is aborted. */
  next(expiresMs: number): Promise<JsMsg | null>;
  keyOf(message: JsMsg): string;
  isDone(key: string): Promise<boolean>;
  storeResult(key: string, result: unknown): Promise<void>;
  storeDeadLetter(key: string, letter: DeadLetter): Promise<void>;
  readonly ackWaitMs: number;
  readonly maxDeliveries: number;
}

/** The options of a worker; its signal may have any number of listeners. */
type WorkerOptions = WorkOptions & { readonly signal: AbortSignal };

/** @throws {InvalidOptionError} */
export function checkWorkOptions(options: WorkOptions): void {
  checkOptions(options, '{ handle: async ({ content }) => ... }', [
    'handle',
    'concurrency',
    'judge',
    'describe',
    'idleMs',
    'signal',
    'onJob',
  ]);
  const { handle, concurrency = 1, judge, describe, idleMs = 1, signal, onJob } = options;
  checkFunction('handle', handle, 'a function that does a job');
  for (const [option, value] of Object.entries({ judge, describe, onJob })) {
    if (value !== undefined) checkFunction(option, value, 'a function');
  }
  checkInteger('concurrency', concurrency, 1);
  if (!(idleMs > 0 && idleMs <= Number.MAX_SAFE_INTEGER))
    throw new InvalidOptionError('idleMs', idleMs, 'milliseconds, above 0');
  checkSignal(signal);
}

/** Works on the jobs of a queue. Each of its slots holds one job at once, so that none waits here while another worker is free. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #queue: WorkerQueue;
  #done = 0;
  #failed = 0;
  #inProgress = 0;
  #lastJob = performance.now();
  #isOver = false;
  #fault: { readonly error: unknown } | undefined;

  constructor(options: WorkerOptions, queue: WorkerQueue) {
    this.#options = options;
    this.#queue = queue;
  }

  /** @throws the error after which this worker should stop. */
  async run(): Promise<WorkSummary> {
    const { concurrency = 1 } = this.#options;
    await Promise.all(Array.from({ length: concurrency }, () => this.#fillSlot()));
    if (this.#fault !== undefined) throw this.#fault.error;
    return { done: this.#done, failed: this.#failed };
  }

  async #fillSlot(): Promise<void> {
    const { signal } = this.#options;
    try {
      while (!this.#isOver && !signal.aborted) {
        const message = await this.#nextUnlessAborted();
        if (message !== null) await this.#take(message);
        else if (this.#isIdle()) this.#isOver = true;
      }
    } catch (error) {
      if (!signal.aborted) this.#stop(error);
    }
  }

  /** The next job, or null. A job that arrives when this worker has stopped is given back. */
  async #nextUnlessAborted(): Promise<JsMsg | null> {
    const { signal, idleMs = Number.POSITIVE_INFINITY } = this.#options;
    const arrival = this.#queue.next(Math.max(MIN_POLL_MS, Math.min(POLL_MS, idleMs)));
    let onAbort = (): void => {};
    const aborted = new Promise<null>((resolve) => {
      onAbort = () => resolve(null);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    const first = await Promise.race([arrival, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
    if (first === null && signal.aborted) arrival.then((message) => message?.nak()).catch(() => {});
    return first;
  }

  #isIdle(): boolean {
    const { idleMs = Number.POSITIVE_INFINITY } = this.#options;
    return this.#inProgress === 0 && performance.now() - this.#lastJob >= idleMs;
  }

  async #take(message: JsMsg): Promise<void> {
    if (this.#isOver) {
      message.nak();
      return;
    }
    this.#inProgress++;
    // Says that the job is in progress, however long it takes.
    const heartbeat = setInterval(() => quietly(() => message.working()), this.#queue.ackWaitMs / 3);
    try {
      await this.#do(message);
    } finally {
      clearInterval(heartbeat);
      this.#inProgress--;
      this.#lastJob = performance.now();
    }
  }

  async #do(message: JsMsg): Promise<void> {
    const { maxDeliveries } = this.#queue;
    const key = this.#queue.keyOf(message);
    const job: Job = { key, content: message.json(), deliveries: message.info.deliveryCount };
    // Its worker died after it had stored the result.
    if (await this.#queue.isDone(key)) return message.ack();
    if (job.deliveries > maxDeliveries) {
      const note = 'No worker that had it finished it: each died, or lost the server for too long.';
      return this.#bury(message, job, new Error(note), maxDeliveries);
    }
    try {
      const result = await this.#options.handle(job);
      await this.#queue.storeResult(key, result);
      message.ack();
      this.#done++;
      this.#options.onJob?.(job);
    } catch (error) {
      await this.#fail(message, job, error);
    }
  }

  async #fail(message: JsMsg, job: Job, error: unknown): Promise<void> {
    const verdict: Verdict = this.#options.judge?.(error) ?? 'retry';
    if (verdict === 'stop') {
      message.nak();
      return this.#stop(error);
    }
    const isLast = verdict === 'fail' || job.deliveries >= this.#queue.maxDeliveries;
    if (isLast) return this.#bury(message, job, error, job.deliveries);
    message.nak(RETRY_DELAY_MS);
    this.#failed++;
    this.#options.onJob?.(job, error);
  }

  /** Makes a job a dead letter. */
  async #bury(message: JsMsg, job: Job, error: unknown, deliveries: number): Promise<void> {
    const { name, message: said } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    const details = this.#options.describe?.(error);
    await this.#queue.storeDeadLetter(job.key, {
      content: job.content,
      deliveries,
      reason: { name, message: said, ...(details !== undefined && { details: { ...details } }) },
    });
    message.ack();
    this.#failed++;
    this.#options.onJob?.(job, error);
  }

  #stop(error: unknown): void {
    this.#fault ??= { error };
    this.#isOver = true;
  }
}

/** A closed connection says nothing more; the call that needs it throws. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {}
}
