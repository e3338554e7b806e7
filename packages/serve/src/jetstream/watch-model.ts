import type { Connection } from './connection.js';
import { Cursor, type StoredMessage } from './cursor.js';
import { type ModelVersion, modelKey } from './model-entries.js';
import { Retries } from './retries.js';

/** A watcher asks again this often, so that the server does not take it for one that is gone. */
const ASK_AGAIN_MS = 60_000;
const BATCH = 100;

/** What to watch. */
export interface WatchRequest {
  readonly bucket: string;
  readonly name: string;
  /** The newest version that the caller knows; undefined: the one that is stored now is no news. */
  readonly known: number | undefined;
  readonly signal: AbortSignal;
  listener(version: number): void;
}

/** Follows the key of a model until the signal aborts, through losses of the connection: the newest version is read again after each. */
export async function watchModel(connection: Connection, request: WatchRequest): Promise<void> {
  const { bucket, name, signal, listener } = request;
  const retries = new Retries(connection, signal);
  /** The last message that was seen: each stores a version. */
  let seen: number | undefined;
  const tell = ({ data, sequence }: StoredMessage): void => {
    const [newest] = JSON.parse(Buffer.from(data).toString()) as ModelVersion[];
    const version = newest?.version ?? 0;
    const isNews = seen === undefined ? request.known !== undefined && version !== request.known : sequence !== seen;
    seen = sequence;
    if (isNews && !signal.aborted) listener(version);
  };
  while (!signal.aborted) {
    let cursor: Cursor | undefined;
    try {
      const filter = `$KV.${bucket}.${modelKey(name)}`;
      cursor = await Cursor.open(connection, { stream: `KV_${bucket}`, after: 0, filter });
      for (const message of await cursor.take(BATCH)) tell(message);
      seen ??= 0;
      while (!signal.aborted) {
        for (const message of await cursor.take(BATCH, ASK_AGAIN_MS, [signal])) tell(message);
        retries.succeeded();
      }
    } catch {
      // NATS is away, or does not know the cursor any more.
      await retries.next();
    } finally {
      cursor?.close();
    }
  }
}
