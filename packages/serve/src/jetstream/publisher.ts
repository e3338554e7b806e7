import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { type Connection, loadHeaders, reasonOf } from './connection.js';
import type { SpoolEntry } from './spool-lines.js';

/** JetStream does not store a message. */
export class PublishError extends Error {
  /** Whether it refuses the message for what it is: it would do so again. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal: boolean) {
    super(message);
    this.isRefusal = isRefusal;
  }
}

interface Waiting {
  readonly sentAt: number;
  resolve(sequence: number): void;
  reject(error: Error): void;
}

/** What JetStream answers to a message. */
interface PublishAnswer {
  readonly seq?: number;
  readonly error?: { readonly code: number; readonly description?: string };
}

const SWEEP_MS = 250;
/** Codes of errors from here on are the server's, and may pass; those below say that the message itself is refused. */
const SERVER_ERRORS = 500;

/**
 * Publishes messages to a stream. All answers come to one subscription, and one timer watches over them: that takes a quarter of the processor time of a request
 * for each message.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #newHeaders: () => MsgHdrs;
  readonly #inbox: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #sweep: NodeJS.Timeout;
  #sent = 0;

  private constructor(connection: Connection, newHeaders: () => MsgHdrs) {
    this.#connection = connection;
    this.#newHeaders = newHeaders;
    this.#inbox = connection.newInbox();
    connection.nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error) this.#rejectAll(`the answers of NATS cannot be received: ${reasonOf(error)}`);
        else this.#receive(message);
      },
    });
    connection.onChange((isConnected) => {
      if (!isConnected) this.#rejectAll('the connection was lost');
    });
    this.#sweep = setInterval(() => this.#rejectLate(), SWEEP_MS);
    this.#sweep.unref();
  }

  static async create(connection: Connection): Promise<Publisher> {
    return new Publisher(connection, await loadHeaders());
  }

  /**
   * Publishes an event. Messages are stored in the order of the calls.
   * @returns its sequence in the stream; that of the first, if the stream has a message of that id already.
   * @throws {PublishError}
   */
  publish({ id, subject, data }: SpoolEntry): Promise<number> {
    return new Promise((resolve, reject) => {
      if (!this.#connection.isConnected) return reject(new PublishError('there is no connection', false));
      const token = (this.#sent++).toString(36);
      const headers = this.#newHeaders();
      headers.set('Nats-Msg-Id', id);
      this.#waiting.set(token, { sentAt: performance.now(), resolve, reject });
      try {
        this.#connection.nc.publish(subject, data, { reply: `${this.#inbox}.${token}`, headers });
      } catch (error) {
        this.#waiting.delete(token);
        reject(new PublishError(reasonOf(error), false));
      }
    });
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#rejectAll('the connection is closed');
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    // An empty answer is a status: nobody listens to the subject.
    const answer: PublishAnswer =
      message.data.length === 0 ? { error: { code: 503, description: 'no stream answers' } } : message.json();
    const { error } = answer;
    // An error comes with the sequence 0.
    if (error === undefined && answer.seq) return void waiting.resolve(answer.seq);
    const { code = SERVER_ERRORS, description = 'unknown answer' } = error ?? {};
    waiting.reject(new PublishError(description, code < SERVER_ERRORS));
  }

  #rejectLate(): void {
    const limitMs = this.#connection.requestTimeoutMs;
    const oldest = performance.now() - limitMs;
    for (const [token, { sentAt, reject }] of this.#waiting) {
      if (sentAt > oldest) break;
      this.#waiting.delete(token);
      reject(new PublishError(`no answer within ${limitMs} ms`, false));
    }
  }

  #rejectAll(reason: string): void {
    const rejected = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of rejected) reject(new PublishError(reason, false));
  }
}

/** What became of a batch. */
export interface BatchOutcome {
  /** How many of the first entries are in the stream. */
  readonly stored: number;
  /** Sequence of the last of them, or 0. */
  readonly sequence: number;
  /** Why the next one may not be there; undefined if all are. */
  readonly failure: Error | undefined;
}

/** Publishes a batch at once, in order. */
export async function publishBatch(publisher: Publisher, entries: readonly SpoolEntry[]): Promise<BatchOutcome> {
  const results = await Promise.allSettled(entries.map((entry) => publisher.publish(entry)));
  let sequence = 0;
  for (const [stored, result] of results.entries()) {
    if (result.status === 'rejected') return { stored, sequence, failure: result.reason };
    sequence = Math.max(sequence, result.value);
  }
  return { stored: entries.length, sequence, failure: undefined };
}
