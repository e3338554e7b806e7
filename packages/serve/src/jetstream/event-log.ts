import { randomUUID } from 'node:crypto';
import { checkInteger, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { EventLogError } from '../errors.js';
import type { EventLog, LogPosition, ReadEventsOptions } from '../event-log.js';
import type { ServeEvent } from '../events.js';
import { checkReadOptions, DEFAULT_MAX_EVENTS } from '../read-options.js';
import {
  CONNECTION_OPTIONS,
  type Connection,
  checkConnectionOptions,
  type JetStreamConnectionOptions,
  openConnection,
  reasonOf,
} from './connection.js';
import { eraseEvents } from './erase-events.js';
import { Outbox } from './outbox.js';
import { identityOf, sequenceOf } from './position.js';
import { Publisher } from './publisher.js';
import { Reader } from './reader.js';
import { findStored } from './scan.js';
import { Spool } from './spool.js';
import type { SpoolEntry } from './spool-lines.js';
import { ensureStream, type StreamSettings } from './stream.js';
import { subjectOf } from './subjects.js';

/** Where events wait while NATS is away. */
export interface SpoolOptions {
  /** A folder on disk that only this process uses; created. Name the same one after a restart: what waits in it is then sent. */
  readonly folder: string;
  /** Most bytes that may wait. When they are reached, `append` rejects. Default 256 MiB. */
  readonly maxBytes?: number;
}

/** Options of `openJetStreamEventLog`. */
export interface JetStreamEventLogOptions extends JetStreamConnectionOptions {
  /** Name of the stream: letters, digits, `_` and `-`. Created if it does not exist. Its subjects are `<stream>.>`. */
  readonly stream: string;
  /** Absent: `append` rejects after `appendTimeoutMs` while NATS is away. */
  readonly spool?: SpoolOptions;
  /** How long `append` waits for NATS without a spool. Default 5,000. */
  readonly appendTimeoutMs?: number;
  /** Most events that are sent and not confirmed. Default 512. */
  readonly maxInFlight?: number;
  /** Servers that store each event. Default: 1 for a new stream; that of the stream otherwise. */
  readonly replicas?: number;
  /** The server drops the oldest events beyond so many bytes, or older than that. Default: no limit for a new stream; those of the stream otherwise. */
  readonly maxBytes?: number;
  readonly maxAgeMs?: number;
  /** How long the server recognises a message that it has. It needs memory for each. Default: two minutes for a new stream. */
  readonly duplicateWindowMs?: number;
}

/** An event log in a stream of NATS JetStream. */
export interface JetStreamEventLog extends EventLog {
  /** Events in the spool of this process. */
  readonly spooled: number;
  /** Whether there is a connection to NATS. */
  readonly isConnected: boolean;
}

const OPTIONS = [
  ...CONNECTION_OPTIONS,
  ...['stream', 'spool', 'appendTimeoutMs', 'maxInFlight', 'replicas', 'maxBytes', 'maxAgeMs', 'duplicateWindowMs'],
];
const STREAM_NAME = /^[A-Za-z0-9_-]{1,200}$/;
const DEFAULT_APPEND_TIMEOUT_MS = 5_000;
const DEFAULT_SPOOL_BYTES = 256 * 2 ** 20;
const DEFAULT_MAX_IN_FLIGHT = 512;
const MAX_REPLICAS = 5;
/** How long `erase` waits until the spool is empty. */
const SPOOL_LIMIT_MS = 60_000;
/** Bytes of a message besides the event: its headers. */
const MESSAGE_OVERHEAD = 512;

/**
 * Opens an event log in a stream of NATS JetStream, which any number of processes on any number of machines share. The stream is stored in files and created if
 * it does not exist.
 *
 * What holds:
 *
 * - `append` resolves once the server has stored the events, or, with a spool while NATS is away, once they are on this machine's disk. The server confirms what
 *   survives the end of its process; start it with `sync_interval: always`, or use three replicas, if it has to survive a loss of power;
 * - the spool is sent when NATS is back, before newer events of the process. Events whose confirmation was lost are first looked for in the stream, so that each
 *   is stored once, however long NATS was away. If a machine loses power or its disk while it delivers, a repeated message is recognised within
 *   `duplicateWindowMs`, and readers recognise repeated decisions and feedback by their ids;
 * - each event is a message. An `append` of several events by a process that is killed meanwhile may have stored the first of them, and with `replicas` above 1,
 *   events that were in flight while the stream's leader changed may be stored in another order;
 * - `erase` covers the stream and this process's spool, which it sends first. What waits in the spool of another process is stored later. The server writes each
 *   erased event to disk before the next: expect 10 to 50 ms for each.
 *
 * @throws {InvalidOptionError} for options that are not valid.
 * @throws {EventLogError} if no NATS server with JetStream answers, the stream is of another kind, or the spool cannot be used.
 * @throws {MissingPackageError} if the NATS clients are not installed.
 */
export async function openJetStreamEventLog(options: JetStreamEventLogOptions): Promise<JetStreamEventLog> {
  checkOptions(options);
  const connection = await openConnection(options, (message, cause) => new EventLogError(message, cause));
  try {
    const settings: StreamSettings = { ...options, name: options.stream };
    const info = await ensureStream(connection, settings);
    const { spool } = options;
    const outbox = new Outbox({
      connection,
      publisher: await Publisher.create(connection),
      destination: {
        reopen: async () => identityOf(await ensureStream(connection, settings)),
        findStored: (after, ids) => findStored(connection, options.stream, after, ids),
      },
      spool: spool && (await Spool.open(spool.folder, spool.maxBytes ?? DEFAULT_SPOOL_BYTES)),
      appendTimeoutMs: options.appendTimeoutMs ?? DEFAULT_APPEND_TIMEOUT_MS,
      maxInFlight: options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
      mark: { identity: identityOf(info), sequence: info.state.last_seq },
    });
    return createLog(connection, options.stream, outbox);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function createLog(connection: Connection, stream: string, outbox: Outbox): JetStreamEventLog {
  const reader = new Reader(connection, stream);
  const closing = new AbortController();
  const origin = randomUUID();
  let sent = 0;
  let closed: Promise<void> | undefined;

  const toEntry = (event: ServeEvent): SpoolEntry => {
    const data = JSON.stringify(event);
    const bytes = Buffer.byteLength(data);
    const limit = connection.nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
    if (bytes + MESSAGE_OVERHEAD > limit) {
      throw new EventLogError(
        `append: an event of ${bytes} bytes is larger than NATS allows (max_payload ${limit}). Raise max_payload of the server, or store smaller events.`,
      );
    }
    return { id: `${origin}-${sent++}`, subject: subjectOf(stream, event), data };
  };

  /** Calls the server on behalf of a method. */
  const ask = async <T>(method: string, call: () => Promise<T>): Promise<T> => {
    if (closed !== undefined) throw closedError(method);
    try {
      await connection.ready();
      return await call();
    } catch (cause) {
      if (cause instanceof EventLogError) throw cause;
      throw new EventLogError(`${method}: NATS does not answer (${reasonOf(cause)}). Try again when it is back.`, {
        cause,
      });
    }
  };

  return {
    specificationVersion: 'v1',
    get spooled() {
      return outbox.spooled;
    },
    get isConnected() {
      return connection.isConnected;
    },
    async append(events) {
      if (closed !== undefined) throw closedError('append');
      await outbox.append(events.map(toEntry));
    },
    async read(request: ReadEventsOptions = {}) {
      checkReadOptions(request);
      if (closed !== undefined) throw closedError('read');
      const { after, maxEvents = DEFAULT_MAX_EVENTS, waitMs = 0, signal } = request;
      const signals = signal === undefined ? [closing.signal] : [signal, closing.signal];
      return await reader.read({ after, maxEvents, waitMs, signals });
    },
    drop: (before: LogPosition) =>
      ask('drop', async () => {
        const info = await connection.jsm.streams.info(stream);
        const sequence = sequenceOf(before, identityOf(info));
        if (sequence >= Math.max(info.state.first_seq, 1)) {
          await connection.jsm.streams.purge(stream, { seq: sequence + 1 });
        }
      }),
    erase: (id: string) =>
      ask('erase', async () => {
        // Its own earlier events are in the stream before it is searched.
        await outbox.flush(SPOOL_LIMIT_MS);
        return await eraseEvents(connection, stream, reader.erasures, id);
      }),
    size: () => ask('size', async () => (await connection.jsm.streams.info(stream)).state.bytes + outbox.spooledBytes),
    close() {
      closed ??= (async () => {
        closing.abort();
        await outbox.close();
        reader.close();
        await connection.close();
      })();
      return closed;
    },
  };
}

function closedError(method: string): EventLogError {
  return new EventLogError(`${method}: the event log is closed. Open it again with openJetStreamEventLog().`);
}

function checkOptions(options: JetStreamEventLogOptions): void {
  checkOptionNames(options, OPTIONS);
  checkConnectionOptions(options);
  const { stream, spool, appendTimeoutMs, maxInFlight, replicas, maxBytes, maxAgeMs, duplicateWindowMs } = options;
  if (typeof stream !== 'string' || !STREAM_NAME.test(stream)) {
    throw new InvalidOptionError('stream', stream, 'at most 200 of the characters A-Z, a-z, 0-9, _ and -');
  }
  if (spool !== undefined) {
    checkOptionNames(spool, ['folder', 'maxBytes'], { option: 'spool' });
    if (typeof spool.folder !== 'string' || spool.folder === '') {
      throw new InvalidOptionError('spool.folder', spool.folder, 'the path of a folder that only this process uses');
    }
    if (spool.maxBytes !== undefined) checkInteger('spool.maxBytes', spool.maxBytes, 1);
  }
  if (replicas !== undefined) checkInteger('replicas', replicas, 1, MAX_REPLICAS);
  for (const [name, value] of Object.entries({ appendTimeoutMs, maxInFlight, maxBytes, maxAgeMs, duplicateWindowMs })) {
    if (value !== undefined) checkInteger(name, value, 1);
  }
}
