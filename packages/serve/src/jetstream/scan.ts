import type { Connection } from './connection.js';
import { Cursor, type CursorOptions, type StoredMessage } from './cursor.js';

const BATCH = 1_000;

/** Passes all messages that are stored now to `onMessage`. @returns the sequence of the last one, or `after`. */
export async function scan(
  connection: Connection,
  options: CursorOptions,
  onMessage: (message: StoredMessage) => void,
): Promise<number> {
  const cursor = await Cursor.open(connection, options);
  try {
    for (;;) {
      const messages = await cursor.take(BATCH);
      if (messages.length === 0) return cursor.position;
      for (const message of messages) onMessage(message);
    }
  } finally {
    cursor.close();
  }
}

/** Which of some message ids are in the stream after a message. */
export async function findStored(
  connection: Connection,
  stream: string,
  after: number,
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await scan(connection, { stream, after, headersOnly: true }, ({ headers }) => {
    const id = headers?.get('Nats-Msg-Id');
    if (id !== undefined && ids.has(id)) found.add(id);
  });
  return found;
}
