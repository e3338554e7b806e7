import { EventLogError } from '../errors.js';
import type { LogBatch, LogPosition } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { type Connection, reasonOf } from './connection.js';
import { Cursor } from './cursor.js';
import { decodeEvent } from './decode.js';
import { Erasures } from './erasures.js';
import { identityOf, positionAfter, sequenceOf } from './position.js';
import { infoOf } from './stream.js';
import { ERASED } from './subjects.js';

/** What to read. */
export interface ReadRequest {
  readonly after: LogPosition | undefined;
  readonly maxEvents: number;
  readonly waitMs: number;
  /** End the waiting. */
  readonly signals: readonly AbortSignal[];
}

interface OpenCursor {
  readonly cursor: Cursor;
  readonly identity: string;
}

/** Readers of one process seldom are more: of the learner, and of the process that decides. */
const MAX_IDLE_CURSORS = 8;

/** Reads the events of a stream. Cursors are kept between reads, so that a read that goes on where another ended asks the server only once. */
export class Reader {
  readonly erasures: Erasures;
  readonly #connection: Connection;
  readonly #stream: string;
  #idle: OpenCursor[] = [];
  #isClosed = false;

  constructor(connection: Connection, stream: string) {
    this.#connection = connection;
    this.#stream = stream;
    this.erasures = new Erasures(connection, stream);
  }

  /** Reads the events after a position. @throws {EventLogError} */
  async read(request: ReadRequest): Promise<LogBatch> {
    const deadline = performance.now() + request.waitMs;
    for (let isRetry = false; ; isRetry = true) {
      let opened: OpenCursor | undefined;
      try {
        opened = await this.#cursorFor(request.after);
        const batch = await this.#readWith(opened, request, deadline);
        this.#store(opened);
        return batch;
      } catch (cause) {
        opened?.cursor.close();
        if (cause instanceof EventLogError) throw cause;
        // The consumer of a cursor does not survive the server, nor a long time without a read: a new one goes on.
        if (opened !== undefined && !isRetry && !this.#isClosed) continue;
        throw new EventLogError(`read: NATS does not answer (${reasonOf(cause)}). Read again when it is back.`, {
          cause,
        });
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { cursor } of this.#idle.splice(0)) cursor.close();
  }

  /** The cursor that stands at a position, or a new one. */
  async #cursorFor(after: LogPosition | undefined): Promise<OpenCursor> {
    const found = this.#idle.findIndex(({ cursor, identity }) => positionAfter(identity, cursor.position) === after);
    if (found >= 0) return this.#idle.splice(found, 1)[0] as OpenCursor;
    await this.#connection.ready();
    const info = await infoOf(this.#connection, this.#stream);
    if (info === undefined) {
      throw new EventLogError(`read: the stream '${this.#stream}' was deleted. Open the event log again to create it.`);
    }
    const identity = identityOf(info);
    const first = Math.max(info.state.first_seq, 1);
    const sequence = after === undefined ? first - 1 : sequenceOf(after, identity);
    if (sequence > info.state.last_seq && sequence >= first) {
      throw new EventLogError(
        `after: the position is beyond the end of the stream '${this.#stream}', which was restored from a backup. Read from the beginning, without \`after\`.`,
      );
    }
    if (sequence < first - 1) await this.#checkGap(sequence + 1, first - 1);
    return { cursor: await Cursor.open(this.#connection, { stream: this.#stream, after: sequence }), identity };
  }

  #store(opened: OpenCursor): void {
    this.#idle.push(opened);
    if (this.#isClosed) this.close();
    else if (this.#idle.length > MAX_IDLE_CURSORS) this.#idle.shift()?.cursor.close();
  }

  async #readWith({ cursor, identity }: OpenCursor, request: ReadRequest, deadline: number): Promise<LogBatch> {
    const events: ServeEvent[] = [];
    let damaged = 0;
    while (events.length === 0 && damaged === 0) {
      let before = cursor.position;
      const waitMs = Math.max(0, deadline - performance.now());
      const messages = await cursor.take(request.maxEvents, waitMs, request.signals);
      if (messages.length === 0) break;
      for (const message of messages) {
        if (message.sequence > before + 1) damaged += await this.#checkGap(before + 1, message.sequence - 1);
        before = message.sequence;
        if (message.subject === `${this.#stream}.${ERASED}`) continue;
        const event = decodeEvent(message.data);
        if (event === undefined) damaged++;
        else events.push(event);
      }
    }
    return { events, position: positionAfter(identity, cursor.position), damaged };
  }

  /**
   * Checks why sequences are missing.
   * @returns how many of them were not erased: the server has lost them, as their bytes are damaged.
   * @throws {EventLogError} if they were dropped.
   */
  async #checkGap(from: number, to: number): Promise<number> {
    const lost = await this.erasures.countOthers(from, to);
    if (lost === 0) return 0;
    const info = await infoOf(this.#connection, this.#stream);
    if (info === undefined || info.state.first_seq <= from) return lost;
    throw new EventLogError(
      `after: ${lost} events after the position were dropped before they were read: the oldest event of the stream '${this.#stream}' has the number ${info.state.first_seq}, and the next to read was ${from}. Read from the beginning, without \`after\`, and raise maxBytes and maxAgeMs.`,
    );
  }
}
