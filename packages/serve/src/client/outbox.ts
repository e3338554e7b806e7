import { backOff } from './back-off.js';
import type { EventStorage } from './event-storage.js';
import { type Answer, isTransient } from './fetch.js';
import type { QueuedEvent } from './queued-event.js';

/**
 * Why an event is not sent any more: `refused`, the server answered with a status from 400 on that no retry changes; `overflow`, the queue was
 * full; `expired`, it was not accepted in time; or `closed`, the client was closed before, without a storage.
 */
export type DropReason = 'refused' | 'overflow' | 'expired' | 'closed';

/** An event that is not sent any more. */
export interface DroppedEvent {
  readonly event: QueuedEvent;
  readonly reason: DropReason;
  /** Status of the server's answer, if it refused the event. */
  readonly status: number | undefined;
}

/** Options of `Outbox`. */
export interface OutboxOptions {
  /** Sends an event. Undefined if there is no answer in time. Rejects if there is no connection. */
  readonly send: (event: QueuedEvent) => Promise<Answer | undefined>;
  readonly storage: EventStorage;
  readonly maxQueued: number;
  readonly maxAgeMs: number;
  readonly initialRetryMs: number;
  readonly maxRetryMs: number;
  readonly random: () => number;
  readonly onDropped: (dropped: DroppedEvent) => void;
  readonly onError: (error: unknown) => void;
  /** Takes a promise that should be waited for before the process or worker ends. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Requests at the same time. */
const MAX_IN_FLIGHT = 4;
/** What browsers let pages send while they close, with a margin. */
const MAX_LAST_BYTES = 60_000;
/** Longest wait that `Retry-After` can ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Sends events in the background, in order where order matters: those of one decision one after the other, the end of a session after all
 * events before it. After a failure all wait, at first for `initialRetryMs`, doubled each time, with jitter.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue = new Set<QueuedEvent>();
  readonly #inFlight = new Set<QueuedEvent>();
  #failures = 0;
  /** Ends the waiting after a failure. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** Calls of `flush` that wait. */
  #flushes: ((isEmpty: boolean) => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
    for (const event of options.storage.load()) this.#queue.add(event);
    this.#bound();
    this.#pump();
  }

  /** Number of events that were not accepted yet. */
  get size(): number {
    return this.#queue.size;
  }

  add(event: QueuedEvent): void {
    if (this.#isClosed) {
      this.#drop(event, 'closed');
      return;
    }
    this.#queue.add(event);
    this.#options.storage.add(event);
    this.#bound();
    this.#pump();
  }

  /** Sends what is queued without waiting for the next retry. Resolves to whether all was sent, as soon as one attempt has failed. */
  flush(): Promise<boolean> {
    this.#resume();
    if (this.#inFlight.size === 0) return Promise.resolve(this.#queue.size === 0);
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  /**
   * Sends what is queued at once, as the page may be gone in a moment; as much as browsers let pages send while they close.
   */
  sendLast(): void {
    let bytes = 0;
    for (const event of this.#queue) {
      if (this.#inFlight.has(event)) continue;
      // An end must not overtake feedback: the server would no longer accept that.
      if (event.kind === 'end' && this.#queue.values().next().value !== event) return;
      bytes += JSON.stringify(event).length;
      if (bytes > MAX_LAST_BYTES) return;
      this.#begin(event);
    }
  }

  /** Sends what is queued once more and stops. Events that remain stay in the storage. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await new Promise<unknown>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.flush()
        .then(resolve)
        .then(() => clearTimeout(timer));
    });
    clearTimeout(this.#timer);
    for (const event of this.#queue) this.#drop(event, 'closed');
  }

  #settle(event: QueuedEvent, { status, retryAfterMs }: Partial<Answer> = {}): void {
    if (!this.#queue.has(event)) return;
    if (status === undefined) this.#pause(undefined);
    else if (status < 400) {
      this.#failures = 0;
      this.#remove(event);
    } else if (!isTransient(status)) this.#drop(event, 'refused', status);
    else {
      // A fault of the server may concern this event alone: the others come first next time.
      if (status === 500 && this.#queue.delete(event)) this.#queue.add(event);
      this.#pause(retryAfterMs);
    }
  }

  #pump(): void {
    while (this.#timer === undefined && this.#inFlight.size < MAX_IN_FLIGHT) {
      const event = this.#next();
      if (event === undefined) break;
      if (Date.now() - event.queuedAt > this.#options.maxAgeMs) {
        this.#drop(event, 'expired');
        continue;
      }
      this.#begin(event);
    }
    if (this.#inFlight.size > 0) return;
    const flushes = this.#flushes;
    this.#flushes = [];
    for (const resolve of flushes) resolve(this.#queue.size === 0);
  }

  /** The first event that may be sent now. */
  #next(): QueuedEvent | undefined {
    const decisions = new Set<string>();
    let isFirst = true;
    for (const event of this.#queue) {
      if (event.kind === 'end') return isFirst && !this.#inFlight.has(event) ? event : undefined;
      if (!this.#inFlight.has(event) && !decisions.has(event.decision)) return event;
      decisions.add(event.decision);
      isFirst = false;
    }
    return undefined;
  }

  #begin(event: QueuedEvent): void {
    this.#inFlight.add(event);
    this.#options.waitUntil(this.#send(event));
  }

  async #send(event: QueuedEvent): Promise<void> {
    try {
      this.#settle(event, await this.#options.send(event));
    } catch (error) {
      this.#options.onError(error);
      this.#settle(event);
    }
    this.#inFlight.delete(event);
    this.#pump();
  }

  #pause(retryAfterMs: number | undefined): void {
    if (this.#timer !== undefined || this.#queue.size === 0) return;
    const { initialRetryMs, maxRetryMs, random } = this.#options;
    const waitMs = backOff(++this.#failures, initialRetryMs, maxRetryMs, random);
    this.#timer = setTimeout(() => this.#resume(), Math.max(waitMs, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS)));
    // A process of Node may end before; a page has no such timers.
    (this.#timer as { unref?(): void }).unref?.();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pump();
  }

  /** Drops the oldest events while there are too many, but for those that the server may have by now. */
  #bound(): void {
    for (const event of this.#queue) {
      if (this.#queue.size <= this.#options.maxQueued) return;
      if (!this.#inFlight.has(event)) this.#drop(event, 'overflow');
    }
  }

  #drop(event: QueuedEvent, reason: DropReason, status?: number): void {
    if (reason === 'closed') {
      this.#queue.delete(event);
      if (this.#options.storage.add(event)) return;
    } else this.#remove(event);
    this.#options.onDropped({ event, reason, status });
  }

  #remove(event: QueuedEvent): void {
    this.#queue.delete(event);
    this.#options.storage.remove(event);
  }
}
