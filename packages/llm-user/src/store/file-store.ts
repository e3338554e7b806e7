import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { type Connection, connect } from './database.js';
import { damaged, explainStoreError, ReplyStoreError } from './errors.js';
import { type ReplyRow, recordOf, rowOf, SELECT } from './rows.js';

/** Options of `openReplyStore`. */
export interface FileReplyStoreOptions {
  /** Whether the store has to be there, and is only read. Default false: a new one is made where there is none. */
  readonly isReadOnly?: boolean;
  /** Largest size of the file, in bytes; beyond it writing fails as on a full disk. Default: none. */
  readonly maxBytes?: number;
}

/** How many replies a store has of one model to one version of a prompt, and the tokens they took. */
export interface ReplyCount {
  readonly model: string;
  readonly fingerprint: string;
  readonly promptVersion: string;
  readonly replies: number;
  /** Of the replies that tell. */
  readonly tokens: { readonly input: number; readonly output: number };
}

/** A store in a file. Close it when it is no longer needed. */
export interface FileReplyStore extends ReplyStore, AsyncDisposable {
  /** The file. Beside it, while the store is open, stand two more, `-wal` and `-shm`. */
  readonly path: string;
  /** Replies, in the order in which they were kept. @throws {ReplyStoreError} at a damaged one. */
  records(): Iterable<ReplyRecord>;
  /** What there is, by model and version of the prompt. */
  counts(): ReplyCount[];
  /** Waits until all that was put is kept, then lets go of the file. */
  close(): Promise<void>;
}

/**
 * Opens a store of replies in a file: an SQLite database, through the optional package `libsql`. What `put` has kept
 * survives the death of the process at any moment; several processes may use one file at once. A loss of power may cost the
 * last replies, not the store.
 * @throws {ReplyStoreError} where the file is damaged, is something else, or cannot be opened. {MissingPackageError}.
 */
export async function openReplyStore(path: string, options: FileReplyStoreOptions = {}): Promise<FileReplyStore> {
  const { isReadOnly = false, maxBytes } = options;
  return new SqliteStore(path, await connect(path, { isReadOnly, ...(maxBytes !== undefined && { maxBytes }) }));
}

interface Waiting {
  readonly record: ReplyRecord;
  readonly resolve: (kept: ReplyRecord) => void;
  readonly reject: (error: unknown) => void;
}

class SqliteStore implements FileReplyStore {
  readonly path: string;
  readonly #connection: Connection;
  readonly #models = new Map<string, number>();
  readonly #select: ReturnType<Connection['prepare']>;
  readonly #insert: ReturnType<Connection['prepare']>;
  #waiting: Waiting[] = [];
  #isClosed = false;

  constructor(path: string, connection: Connection) {
    this.path = path;
    this.#connection = connection;
    this.#select = connection.prepare(`${SELECT} WHERE m.fingerprint = ? AND r.request = ?`);
    this.#insert = connection.prepare(
      `INSERT OR IGNORE INTO replies (model, request, prompt_version, input, output, reply, checksum)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  async get(fingerprint: string, request: string): Promise<ReplyRecord | undefined> {
    return this.#read(fingerprint, request);
  }

  put(record: ReplyRecord): Promise<ReplyRecord> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(this.#closed());
        return;
      }
      // All that comes within one turn of the event loop is written in one transaction.
      if (this.#waiting.push({ record, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  *records(): Iterable<ReplyRecord> {
    this.#requireOpen();
    try {
      for (const row of this.#connection.prepare(`${SELECT} ORDER BY r.id`).iterate()) {
        yield this.#checked(row as ReplyRow);
      }
    } catch (error) {
      throw explainStoreError(this.path, error);
    }
  }

  counts(): ReplyCount[] {
    this.#requireOpen();
    const rows = this.#connection.prepare(
      `SELECT m.model, m.fingerprint, r.prompt_version, count(*) AS replies, coalesce(sum(r.input), 0) AS input,
        coalesce(sum(r.output), 0) AS output FROM replies r JOIN models m ON m.id = r.model
        GROUP BY r.model, r.prompt_version ORDER BY r.model, r.prompt_version`,
    );
    return (rows.all() as (ReplyRow & { replies: number; input: number; output: number })[]).map((row) => ({
      model: row.model,
      fingerprint: row.fingerprint,
      promptVersion: row.prompt_version,
      replies: row.replies,
      tokens: { input: row.input, output: row.output },
    }));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    // All into the one file: the library lets go of the others only when its statements are collected.
    this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(fingerprint: string, request: string): ReplyRecord | undefined {
    this.#requireOpen();
    try {
      const row = this.#select.get([fingerprint, request]) as ReplyRow | undefined;
      return row && this.#checked(row);
    } catch (error) {
      throw explainStoreError(this.path, error);
    }
  }

  #checked(row: ReplyRow): ReplyRecord {
    const record = recordOf(row);
    if (record === undefined) throw damaged(this.path, `the reply to request ${row.request} is not as it was written`);
    return record;
  }

  #flush(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        for (const { record } of batch) this.#write(record);
        this.#connection.exec('COMMIT');
      } catch (error) {
        this.#models.clear();
        // A full disk has ended the transaction already.
        if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
      for (const { record, resolve } of batch) resolve(this.#read(record.fingerprint, record.request) ?? record);
    } catch (error) {
      const explained = explainStoreError(this.path, error);
      for (const { reject } of batch) reject(explained);
    }
  }

  #write(record: ReplyRecord): void {
    const row = rowOf(record);
    const model = this.#modelId(row);
    const { request, prompt_version, input, output, reply, checksum } = row;
    this.#insert.run([model, request, prompt_version, input, output, reply, checksum]);
  }

  #modelId({ fingerprint, model }: ReplyRow): number {
    const known = this.#models.get(fingerprint);
    if (known !== undefined) return known;
    this.#connection
      .prepare('INSERT OR IGNORE INTO models (fingerprint, model) VALUES (?, ?)')
      .run([fingerprint, model]);
    const row = this.#connection.prepare('SELECT id FROM models WHERE fingerprint = ?').get([fingerprint]);
    const { id } = row as { id: number };
    this.#models.set(fingerprint, id);
    return id;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw this.#closed();
  }

  #closed(): ReplyStoreError {
    return new ReplyStoreError(this.path, 'closed', 'the store was closed.');
  }
}
