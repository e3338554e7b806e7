import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { EventLogError } from '../errors.js';
import { type Connection, reasonOf } from './connection.js';
import { allSubjects } from './subjects.js';

/** Settings of the stream of an event log. What is absent is left as it is, or has NATS's default in a new stream. */
export interface StreamSettings {
  readonly name: string;
  readonly replicas?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly duplicateWindowMs?: number | undefined;
}

const NANOSECONDS = 1e6;
/** API errors of NATS: no such stream; a stream of the name exists with another configuration. */
const STREAM_NOT_FOUND = 10_059;
const STREAM_EXISTS = 10_058;

/**
 * Creates the stream if it does not exist. Otherwise checks that it is one of an event log, and changes the settings that are named and differ.
 * @throws {EventLogError} if the stream is of another kind, or NATS refuses.
 */
export async function ensureStream(connection: Connection, settings: StreamSettings): Promise<StreamInfo> {
  const { streams } = connection.jsm;
  const wanted = configOf(settings);
  try {
    const found = (await infoOf(connection, settings.name)) ?? (await createStream(connection, wanted));
    checkKind(found.config, wanted);
    const changed = Object.entries(wanted).filter(
      ([name, value]) => CHANGEABLE.has(name) && found.config[name as keyof StreamConfig] !== value,
    );
    if (changed.length === 0) return found;
    return await streams.update(settings.name, { ...found.config, ...Object.fromEntries(changed) });
  } catch (cause) {
    if (cause instanceof EventLogError) throw cause;
    throw new EventLogError(
      `stream: NATS could not open or create the stream '${settings.name}' (${reasonOf(cause)}). Correct the options of the stream, or the limits of the server and the account.`,
      { cause },
    );
  }
}

/** The state of a stream; undefined if it does not exist. @param subjects a filter: the state counts the messages of each subject that it selects. */
export async function infoOf(connection: Connection, name: string, subjects?: string): Promise<StreamInfo | undefined> {
  try {
    const options = subjects === undefined ? undefined : { subjects_filter: subjects };
    return await connection.jsm.streams.info(name, options);
  } catch (error) {
    if (codeOf(error) === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

/** The number of an error that the JetStream API answered with; undefined for another error. */
export function codeOf(error: unknown): number | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

/** Several processes may create the stream at once. */
async function createStream(connection: Connection, config: StreamConfig): Promise<StreamInfo> {
  try {
    return await connection.jsm.streams.add(config);
  } catch (error) {
    if (codeOf(error) !== STREAM_EXISTS) throw error;
    return await connection.jsm.streams.info(config.name);
  }
}

const CHANGEABLE: ReadonlySet<string> = new Set(['num_replicas', 'max_bytes', 'max_age', 'duplicate_window']);

function configOf({ name, replicas, maxBytes, maxAgeMs, duplicateWindowMs }: StreamSettings): StreamConfig {
  // The client's type asks for all fields; the server has a default for those that are absent.
  return {
    name,
    description: 'Events of @ialp/serve',
    subjects: allSubjects(name),
    storage: 'file',
    retention: 'limits',
    discard: 'old',
    allow_direct: true,
    ...(replicas !== undefined && { num_replicas: replicas }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    ...(maxAgeMs !== undefined && { max_age: maxAgeMs * NANOSECONDS }),
    ...(duplicateWindowMs !== undefined && { duplicate_window: duplicateWindowMs * NANOSECONDS }),
  } as StreamConfig;
}

function checkKind(found: StreamConfig, wanted: StreamConfig): void {
  for (const name of ['storage', 'retention', 'discard', 'subjects'] as const) {
    const [is, should] = [JSON.stringify(found[name]), JSON.stringify(wanted[name])];
    if (is === should) continue;
    throw new EventLogError(
      `stream: '${found.name}' exists, but is no stream of an event log: expected ${name} ${should}; found ${is}. Name another stream, or delete this one if nobody needs it.`,
    );
  }
}
