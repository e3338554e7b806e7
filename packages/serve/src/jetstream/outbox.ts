import { EventLogError } from '../errors.js';
import { type Connection, reasonOf, withLimit } from './connection.js';
import { type Destination, Progress } from './progress.js';
import { PublishError, type Publisher, publishBatch } from './publisher.js';
import { Retries } from './retries.js';
import type { Spool, SpoolMark } from './spool.js';
import type { SpoolEntry } from './spool-lines.js';

/** Options of an outbox. */
export interface OutboxOptions {
  readonly connection: Connection;
  readonly publisher: Publisher;
  readonly destination: Destination;
  /** Absent: events wait in memory for NATS, each append at most `appendTimeoutMs`. */
  readonly spool: Spool | undefined;
  readonly appendTimeoutMs: number;
  /** Most messages that are sent and not acknowledged. */
  readonly maxInFlight: number;
  /** The end of the stream when it was opened. */
  readonly mark: SpoolMark;
}

/** One call of `append`. */
interface Append {
  waiting: number;
  isOver: boolean;
  resolve(): void;
  reject(error: Error): void;
}

interface Outgoing {
  readonly entry: SpoolEntry;
  readonly append: Append;
}

/**
 * Sends events to the stream, in the order of the calls. It is in one of three states:
 *
 * - `direct`: events are published at once, many at the same time;
 * - `away`, after a failure: events wait, in the spool or in memory. Those that were sent without an answer are the first of them; when NATS is back, they are
 *   looked for in the stream, as it may have stored them;
 * - `returning`, when little is left in the spool: newer events wait in memory until it is empty. Otherwise callers that append as soon as they can would
 *   refill it without end.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #closing = new AbortController();
  #state: 'direct' | 'away' | 'returning' = 'direct';
  readonly #progress: Progress;
  /** Sent, in order. */
  readonly #inFlight = new Set<Outgoing>();
  #queue: Outgoing[] = [];
  #queueStart = 0;
  /** Answers to what was sent before a failure come too late. */
  #generation = 0;
  #failure: unknown;
  #recovery: Promise<void> = Promise.resolve();
  readonly #appends = new Set<Promise<void>>();
  readonly #stopListening: () => void;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#progress = new Progress(options.destination, markOf(options));
    this.#stopListening = options.connection.onChange((isConnected) => {
      if (!isConnected) this.#interrupt(new Error('the connection was lost'));
    });
    if (!options.connection.isConnected || (options.spool?.count ?? 0) > 0) this.#interrupt(undefined);
  }

  /** Events in the spool. */
  get spooled(): number {
    return this.#options.spool?.count ?? 0;
  }

  get spooledBytes(): number {
    return this.#options.spool?.bytes ?? 0;
  }

  /** Resolves once the entries are in the stream, or in the spool. @throws {EventLogError} */
  append(entries: readonly SpoolEntry[]): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(new EventLogError('append: the event log is closed.'));
    if (entries.length === 0) return Promise.resolve();
    const { spool } = this.#options;
    const done = this.#state === 'away' && spool !== undefined ? spool.append(entries) : this.#enqueue(entries);
    this.#appends.add(done);
    const forget = (): void => void this.#appends.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** Resolves once all that was appended before is in the stream. @throws if it is not within a time limit. */
  async flush(limitMs: number): Promise<void> {
    await Promise.allSettled([...this.#appends]);
    if (this.#state !== 'direct') await withLimit(this.#recovery, limitMs);
  }

  /** Finishes the appends. What the spool holds is sent if NATS is there, and otherwise stays in it. */
  async close(): Promise<void> {
    const { connection, publisher, spool, appendTimeoutMs } = this.#options;
    if (connection.isConnected) await this.flush(appendTimeoutMs).catch(() => undefined);
    else await Promise.allSettled([...this.#appends]);
    this.#closing.abort();
    this.#stopListening();
    await this.#recovery;
    publisher.close();
    await spool?.close();
  }

  #enqueue(entries: readonly SpoolEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const { spool, appendTimeoutMs } = this.#options;
      const append: Append = {
        waiting: entries.length,
        isOver: false,
        resolve: () => {
          append.isOver = true;
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          append.isOver = true;
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer =
        spool === undefined ? setTimeout(() => append.reject(this.#lateError()), appendTimeoutMs) : undefined;
      for (const entry of entries) this.#queue.push({ entry, append });
      this.#pump();
    });
  }

  #lateError(): EventLogError {
    const reason = this.#failure === undefined ? 'no answer' : reasonOf(this.#failure);
    return new EventLogError(
      `append: NATS did not confirm the events within ${this.#options.appendTimeoutMs} ms (${reason}); some of them may be stored. Bring NATS back; with the option spool, events wait on disk meanwhile.`,
      { cause: this.#failure },
    );
  }

  #pump(): void {
    while (this.#state === 'direct' && this.#inFlight.size < this.#options.maxInFlight) {
      const outgoing = this.#queue[this.#queueStart];
      if (outgoing === undefined) break;
      this.#queueStart++;
      if (!outgoing.append.isOver) this.#send(outgoing);
    }
    if (this.#queueStart === this.#queue.length || this.#queueStart > 4 * this.#options.maxInFlight) {
      this.#queue = this.#queue.slice(this.#queueStart);
      this.#queueStart = 0;
    }
  }

  #send(outgoing: Outgoing): void {
    const generation = this.#generation;
    this.#inFlight.add(outgoing);
    this.#options.publisher.publish(outgoing.entry).then(
      (sequence) => {
        if (generation === this.#generation) this.#onStored(outgoing, sequence);
      },
      (error) => {
        if (generation !== this.#generation) return;
        if (!(error instanceof PublishError && error.isRefusal)) return this.#interrupt(error);
        this.#inFlight.delete(outgoing);
        outgoing.append.reject(
          new EventLogError(`append: NATS refuses an event (${reasonOf(error)}). Check the limits of the stream.`, {
            cause: error,
          }),
        );
        this.#pump();
      },
    );
  }

  #onStored(outgoing: Outgoing, sequence: number): void {
    const [oldest] = this.#inFlight;
    // An answer that overtakes an older one says nothing about where that is.
    if (oldest === outgoing) this.#progress.confirm(sequence);
    this.#inFlight.delete(outgoing);
    outgoing.append.waiting--;
    if (outgoing.append.waiting === 0) outgoing.append.resolve();
    this.#pump();
  }

  /** NATS is away: what has no answer waits, in order. */
  #interrupt(failure: unknown): void {
    this.#failure = failure;
    const { spool } = this.#options;
    // The delivery of the spool goes on by itself, but not what waits for its end.
    if (this.#state === 'returning' && spool !== undefined) this.#spoolUnanswered(spool);
    if (this.#state !== 'direct') return;
    if (spool === undefined) {
      const rest = this.#takeUnanswered();
      this.#queue = rest;
      this.#state = 'away';
      this.#recovery = this.#resume();
    } else {
      this.#spoolUnanswered(spool);
      this.#recovery = this.#deliverSpool(spool);
    }
  }

  #spoolUnanswered(spool: Spool): void {
    this.#state = 'away';
    const entries = new Map<Append, SpoolEntry[]>();
    for (const { append, entry } of this.#takeUnanswered()) {
      const others = entries.get(append);
      if (others === undefined) entries.set(append, [entry]);
      else others.push(entry);
    }
    for (const [append, waiting] of entries) spool.append(waiting).then(append.resolve, append.reject);
  }

  /** Empties the queue, after what was sent. Later answers are not for what it holds then. */
  #takeUnanswered(): Outgoing[] {
    this.#generation++;
    const rest = [...this.#inFlight, ...this.#queue.slice(this.#queueStart)].filter(({ append }) => !append.isOver);
    this.#inFlight.clear();
    this.#queue = [];
    this.#queueStart = 0;
    return rest;
  }

  /** Without a spool: publishes again when NATS is back. */
  async #resume(): Promise<void> {
    const { connection, maxInFlight } = this.#options;
    const retries = new Retries(connection, this.#closing.signal);
    while (!this.#closing.signal.aborted) {
      await retries.next();
      if (this.#closing.signal.aborted) return;
      try {
        const first = this.#queue.slice(0, maxInFlight).map(({ entry }) => entry);
        this.#settle(await this.#progress.recover(first));
        break;
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#state = 'direct';
    this.#pump();
  }

  /** Takes what is stored out of the queue. */
  #settle(stored: ReadonlySet<string>): void {
    this.#queue = this.#queue.filter(({ entry, append }) => {
      if (!stored.has(entry.id)) return true;
      append.waiting--;
      if (append.waiting === 0) append.resolve();
      return false;
    });
  }

  /** Sends what the spool holds when NATS is back, in batches, until it is empty. */
  async #deliverSpool(spool: Spool): Promise<void> {
    const { connection, publisher, maxInFlight } = this.#options;
    const retries = new Retries(connection, this.#closing.signal);
    // If this process is killed, the next one looks from here on for what was sent without an answer.
    await spool.advance(0, this.#progress.mark).catch((error) => {
      this.#failure = error;
    });
    /** So many of the first entries may be in the stream: what was in flight, or all that a process before left behind. */
    let uncertain = Math.max(maxInFlight, spool.count);
    while (!this.#closing.signal.aborted) {
      try {
        await retries.next();
        if (this.#closing.signal.aborted) return;
        const batch = await spool.peek(maxInFlight);
        if (spool.count <= maxInFlight) this.#state = 'returning';
        if (batch.length === 0 && spool.count === 0) break;
        const stored = uncertain > 0 ? await this.#progress.recover(batch) : new Set<string>();
        const missing = batch.filter(({ id }) => !stored.has(id));
        const outcome = await publishBatch(publisher, missing);
        const next = missing[outcome.stored];
        const delivered = next === undefined ? batch.length : batch.indexOf(next);
        this.#progress.confirm(outcome.sequence);
        await spool.advance(delivered, this.#progress.mark);
        uncertain = Math.max(0, uncertain - delivered);
        if (outcome.failure !== undefined) throw outcome.failure;
        retries.succeeded();
      } catch (error) {
        this.#failure = error;
        uncertain = Math.max(maxInFlight, uncertain);
        this.#spoolUnanswered(spool);
      }
    }
    this.#state = 'direct';
    this.#pump();
  }
}

/** Without a mark, all of the stream may hold what a process before sent without an answer. */
function markOf({ spool, mark }: OutboxOptions): SpoolMark {
  if (spool === undefined || spool.count === 0) return mark;
  return spool.mark ?? { identity: mark.identity, sequence: 0 };
}
