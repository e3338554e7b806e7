import type { Msg, MsgHdrs, Subscription } from '@nats-io/transport-node';
import { type Connection, withLimit } from './connection.js';

/** A message of the stream. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** Options of `Cursor.open`. */
export interface CursorOptions {
  readonly stream: string;
  /** Sequence of the last message that is not wanted; 0: begins with the oldest. */
  readonly after: number;
  /** Only messages of this subject. Default: all. */
  readonly filter?: string;
  /** Only the headers of the messages: `data` is empty. */
  readonly headersOnly?: boolean;
}

/** A consumer that nobody has asked for this long is removed by the server, so that a process that was killed leaves nothing behind. */
const INACTIVE_MS = 300_000;
const NANOSECONDS = 1e6;
const NO_RESPONDERS = 503;
const NO_MESSAGES = 404;
const REQUEST_TIMED_OUT = 408;

/**
 * Reads a stream in order, through a consumer of the server that is kept between reads. Messages are not acknowledged: where reading goes on is the
 * reader's affair, and a message that was lost on the way shows as a gap in the numbers of deliveries.
 */
export class Cursor {
  /** Sequence of the last message that `take` returned, or where the cursor began. */
  position: number;
  readonly #connection: Connection;
  readonly #stream: string;
  readonly #consumer: string;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  /** Messages that have arrived and were not taken. */
  #arrived: StoredMessage[] = [];
  #deliveries = 0;
  #requests = 0;
  /** So many messages answer the request. */
  #wanted = 0;
  /** What the server said was left after the last message that it sent. */
  #left = Number.POSITIVE_INFINITY;
  #fault: Error | undefined;
  #isWaiting = false;
  #wake: () => void = () => undefined;

  private constructor(connection: Connection, options: CursorOptions, consumer: string) {
    this.#connection = connection;
    this.#stream = options.stream;
    this.#consumer = consumer;
    this.#inbox = connection.newInbox();
    this.position = options.after;
    this.#subscription = connection.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => (error ? this.#fail(error) : this.#receive(message)),
    });
  }

  /** Creates the consumer. Rejects as the JetStream API does. */
  static async open(connection: Connection, options: CursorOptions): Promise<Cursor> {
    const { name } = await connection.jsm.consumers.add(options.stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: options.after + 1,
      inactive_threshold: INACTIVE_MS * NANOSECONDS,
      mem_storage: true,
      num_replicas: 1,
      ...(options.filter !== undefined && { filter_subject: options.filter }),
      ...(options.headersOnly && { headers_only: true }),
    });
    return new Cursor(connection, options, name);
  }

  /**
   * Returns up to `most` messages: those that are stored now, or else the first that is stored within `waitMs`; none once a
   * signal aborts.
   * @throws if the server does not answer, or messages were lost on the way: then the cursor is of no use any more.
   */
  async take(most: number, waitMs = 0, signals: readonly AbortSignal[] = []): Promise<StoredMessage[]> {
    if (this.#arrived.length === 0) await this.#ask(most, 0, []);
    if (this.#arrived.length === 0 && waitMs > 0) await this.#ask(1, waitMs, signals);
    if (this.#fault !== undefined && this.#arrived.length === 0) throw this.#fault;
    const taken = this.#arrived.splice(0, most);
    this.position = taken.at(-1)?.sequence ?? this.position;
    return taken;
  }

  /** Ends the reading. The server removes the consumer. */
  close(): void {
    this.#fail(new Error('the cursor is closed'));
    this.#subscription.unsubscribe();
    void this.#connection.jsm.consumers.delete(this.#stream, this.#consumer).catch(() => undefined);
  }

  /** Asks for messages, and resolves when all of this request have arrived or the first one has. */
  async #ask(most: number, waitMs: number, signals: readonly AbortSignal[]): Promise<void> {
    if (this.#fault !== undefined || signals.some(({ aborted }) => aborted)) return;
    const answered = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#requests++;
    this.#isWaiting = waitMs > 0;
    this.#left = Number.POSITIVE_INFINITY;
    const request =
      waitMs > 0 ? { batch: 1, expires: Math.ceil(waitMs) * NANOSECONDS } : { batch: most, no_wait: true };
    this.#wanted = this.#arrived.length + request.batch;
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${this.#consumer}`;
    for (const signal of signals) signal.addEventListener('abort', this.#wake);
    const stopListening = this.#connection.onChange((isConnected) => {
      if (!isConnected) this.#fail(new Error('the connection was lost'));
    });
    try {
      if (!this.#connection.isConnected) throw new Error('there is no connection');
      this.#connection.nc.publish(subject, JSON.stringify(request), { reply: this.#replyTo() });
      await withLimit(answered, waitMs + this.#connection.requestTimeoutMs);
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      stopListening();
      for (const signal of signals) signal.removeEventListener('abort', this.#wake);
    }
  }

  #replyTo(): string {
    return `${this.#inbox}.${this.#requests}`;
  }

  #receive(message: Msg): void {
    if (message.subject.startsWith(this.#inbox)) {
      // An answer to an earlier request says nothing about this one.
      if (message.subject === this.#replyTo()) this.#answer(message);
      return;
    }
    const { delivery, sequence, left } = parseReply(message.reply ?? '');
    if (delivery !== this.#deliveries + 1) {
      this.#fail(new Error('messages were lost on the way'));
      return;
    }
    this.#deliveries = delivery;
    this.#arrived.push({ sequence, subject: message.subject, headers: message.headers, data: message.data });
    this.#left = left;
    if (this.#isWaiting || this.#left === 0 || this.#arrived.length >= this.#wanted) this.#wake();
  }

  /** A status: nothing is stored (404), nothing came in time (408), or the consumer is gone. */
  #answer(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === NO_MESSAGES || code === REQUEST_TIMED_OUT) this.#wake();
    else if (code === NO_RESPONDERS) this.#fail(new Error('the server does not know the consumer any more'));
    else if (code >= 400) this.#fail(new Error(`${code} ${message.headers?.description ?? ''}`));
  }

  #fail(fault: Error): void {
    this.#fault ??= fault;
    this.#wake();
  }
}

/**
 * Numbers that JetStream puts into the reply subject of a message: `$JS.ACK.<stream>.<consumer>.<deliveries of the message>.<sequence>.<deliveries
 * of the consumer>.<time>.<messages left>`. In its longer form, a domain and an account stand before the stream, and a token after the last number.
 */
function parseReply(subject: string): { readonly delivery: number; readonly sequence: number; readonly left: number } {
  const tokens = subject.split('.');
  const first = tokens.length > 9 ? 7 : 5;
  return { sequence: Number(tokens[first]), delivery: Number(tokens[first + 1]), left: Number(tokens[first + 3]) };
}
