import { stat } from 'node:fs/promises';
import { type Connection, loadPackage } from './database.js';
import { damaged, explainStoreError } from './errors.js';
import { openReplyStore } from './file-store.js';
import { type ReplyRow, recordOf, SELECT } from './rows.js';

/** What came out of a damaged store. */
export interface Salvage {
  readonly kept: number;
  /** Replies that are there but cannot be read, as far as the damaged file tells. */
  readonly lost: number;
}

/** No reply takes less room than this: how many a file can hold at most. */
const LEAST_BYTES = 60;

/**
 * Copies every reply that can still be read from a damaged store to another one, which may be new.
 * @throws {ReplyStoreError} where nothing of the file can be read.
 */
export async function salvageReplies(path: string, to: string): Promise<Salvage> {
  const Sqlite = await loadPackage();
  const { size } = await stat(path).catch((error: unknown) => {
    throw damaged(path, 'there is no such file', { cause: error });
  });
  const target = await openReplyStore(to);
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path);
    // Or SQLite would refuse a file that is shorter than it says of itself.
    connection.exec('PRAGMA writable_schema = ON');
    const rows = readable(connection, Math.ceil(size / LEAST_BYTES));
    let kept = 0;
    let lost = 0;
    let batch: Promise<unknown>[] = [];
    for (const row of rows) {
      const record = row === undefined ? undefined : recordOf(row);
      if (record === undefined) {
        lost++;
        continue;
      }
      kept++;
      batch.push(target.put(record));
      if (batch.length === 1000) {
        await Promise.all(batch);
        batch = [];
      }
    }
    await Promise.all(batch);
    return { kept, lost };
  } catch (error) {
    throw explainStoreError(path, error);
  } finally {
    connection?.close();
    await target.close();
  }
}

/** Row by row, past what cannot be read; undefined for a row that is there and cannot. */
function* readable(connection: Connection, most: number): Generator<ReplyRow | undefined> {
  const last = Math.min(most, lastId(connection) ?? most);
  const prepare = () => connection.prepare(`${SELECT} WHERE r.id = ?`);
  let select = prepare();
  for (let id = 1; id <= last; id++) {
    try {
      const row = select.get([id]) as ReplyRow | undefined;
      if (row !== undefined) yield row;
    } catch {
      // A statement that has failed once goes on failing.
      select = prepare();
      yield undefined;
    }
  }
}

function lastId(connection: Connection): number | undefined {
  try {
    const { last } = connection.prepare('SELECT max(id) AS last FROM replies').get() as { last: number | null };
    return last ?? 0;
  } catch {
    return undefined;
  }
}
