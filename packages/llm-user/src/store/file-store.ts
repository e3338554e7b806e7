import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../check-inputs.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { isOwnerDead, storedOwner } from './claim-owner.js';
import { type Connection, connect } from './database.js';
import { damaged, explainStoreError, ReplyStoreError } from './errors.js';
import { type ReplyRow, readRow, recordOf, rowOf, SELECT, type StoredRow } from './rows.js';

/** Options of `openReplyStore`. */
export interface FileReplyStoreOptions {
  /** Whether the store must exist and is only read. Default false: the store is created if it does not exist. */
  readonly isReadOnly?: boolean;
  /** Largest size of the file, in bytes; beyond it writing fails as on a full disk. Default: none. */
  readonly maxBytes?: number;
}

/** Number of stored replies of one model to one prompt version, and the tokens that they used. */
export interface ReplyCount {
  readonly model: string;
  readonly fingerprint: string;
  readonly promptVersion: string;
  readonly replies: number;
  /** Of the replies that report usage. */
  readonly tokens: { readonly input: number; readonly output: number };
}

/** A store in a file. Close it when it is no longer needed. */
export interface FileReplyStore extends ReplyStore, AsyncDisposable {
  /** The file. A `-journal` file exists beside it during writes. */
  readonly path: string;
  /** Replies, in the order in which they were stored. @throws {ReplyStoreError} at a damaged one. */
  records(): Iterable<ReplyRecord>;
  /** Reply counts by model and prompt version. */
  counts(): ReplyCount[];
  /** Waits until all replies are stored, then closes the file. */
  close(): Promise<void>;
}

/**
 * Opens a store of replies in a file: an SQLite database, through the optional package `libsql`. Stored replies survive a crash of
 * the process at any moment; several processes may use one file at once. A power failure may lose the last replies, not the store.
 * @throws {ReplyStoreError} if the file is damaged, is not a store, or cannot be opened. {InvalidOptionError} if `path` is not a
 *   path. {MissingPackageError}.
 */
export async function openReplyStore(path: string, options: FileReplyStoreOptions = {}): Promise<FileReplyStore> {
  checkPath(path);
  checkOptions(options, '{ isReadOnly: true }', ['isReadOnly', 'maxBytes']);
  const { isReadOnly = false, maxBytes } = options;
  if (maxBytes !== undefined && !(typeof maxBytes === 'number' && maxBytes >= 1))
    throw new InvalidOptionError('maxBytes', maxBytes, 'bytes, at least 1');
  return new SqliteStore(path, await connect(path, { isReadOnly, ...(maxBytes !== undefined && { maxBytes }) }));
}

/** @throws {InvalidOptionError} for what is not the path of a file. */
function checkPath(path: unknown): void {
  if (path === ':memory:')
    throw new InvalidOptionError('path', path, 'the path of a file; for a store in memory use createMemoryStore()');
  if (typeof path !== 'string' || path === '' || path.includes('\0') || /^file:/i.test(path))
    throw new InvalidOptionError('path', path, "the path of a file, such as 'replies.db', and not a URI");
}

/** What is to be written. */
interface Waiting {
  /** Writes it, within a transaction. */
  readonly write: () => void;
  /** Called once it is written for good. */
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Rows that are read at a time: no statement stays open between two of them, which would block writers and `close`. */
const ROWS_AT_ONCE = 500;

class SqliteStore implements FileReplyStore {
  readonly specificationVersion = 'v1';
  readonly path: string;
  readonly #connection: Connection;
  readonly #models = new Map<string, number>();
  readonly #select: ReturnType<Connection['prepare']>;
  readonly #insert: ReturnType<Connection['prepare']>;
  readonly #selectClaim: ReturnType<Connection['prepare']>;
  readonly #insertClaim: ReturnType<Connection['prepare']>;
  readonly #endClaim: ReturnType<Connection['prepare']>;
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
    this.#selectClaim = connection.prepare('SELECT owner, expires FROM claims WHERE fingerprint = ? AND request = ?');
    this.#insertClaim = connection.prepare(
      'INSERT OR REPLACE INTO claims (fingerprint, request, owner, expires) VALUES (?, ?, ?, ?)',
    );
    this.#endClaim = connection.prepare('DELETE FROM claims WHERE fingerprint = ? AND request = ?');
  }

  async get(fingerprint: string, request: string): Promise<ReplyRecord | undefined> {
    return this.#read(fingerprint, request);
  }

  put(record: ReplyRecord): Promise<ReplyRecord> {
    return this.#transact(
      () => this.#write(record),
      () => this.#read(record.fingerprint, record.request) ?? record,
    );
  }

  claim(fingerprint: string, request: string, owner: string, durationMs: number): Promise<boolean> {
    let isOurs = false;
    const write = (): void => {
      const now = Date.now();
      const before = this.#selectClaim.get([fingerprint, request]) as { owner: string; expires: number } | undefined;
      const ours = storedOwner(owner);
      isOurs = before === undefined || before.owner === ours || before.expires <= now || isOwnerDead(before.owner);
      if (isOurs) this.#insertClaim.run([fingerprint, request, ours, now + durationMs]);
    };
    return this.#transact(write, () => isOurs);
  }

  release(fingerprint: string, request: string, owner: string): Promise<void> {
    const write = (): void => {
      this.#connection
        .prepare('DELETE FROM claims WHERE fingerprint = ? AND request = ? AND owner = ?')
        .run([fingerprint, request, storedOwner(owner)]);
    };
    return this.#transact(write, () => {});
  }

  *records(): Generator<ReplyRecord> {
    for (let after = 0; ; ) {
      const rows = this.#rowsAfter(after);
      for (const row of rows) yield this.#checked(readRow(row));
      if (rows.length < ROWS_AT_ONCE) return;
      after = rows[rows.length - 1].id;
    }
  }

  counts(): ReplyCount[] {
    const counts = new Map<string, ReplyCount>();
    for (const { model, fingerprint, promptVersion, usage } of this.records()) {
      const key = JSON.stringify([fingerprint, promptVersion]);
      const { replies, tokens } = counts.get(key) ?? { replies: 0, tokens: { input: 0, output: 0 } };
      counts.set(key, {
        model,
        fingerprint,
        promptVersion,
        replies: replies + 1,
        tokens: { input: tokens.input + (usage?.input ?? 0), output: tokens.output + (usage?.output ?? 0) },
      });
    }
    return [...counts.values()];
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(fingerprint: string, request: string): ReplyRecord | undefined {
    this.#checkOpen();
    try {
      const row = this.#select.get([fingerprint, request]) as StoredRow | undefined;
      return row && this.#checked(readRow(row));
    } catch (error) {
      throw explainStoreError(this.path, error);
    }
  }

  #checked(row: ReplyRow): ReplyRecord {
    const record = recordOf(row);
    if (record === undefined) throw damaged(this.path, `the reply to request ${row.request} is not as it was written`);
    return record;
  }

  /** All that comes within one turn of the event loop is written in one transaction. */
  #transact<T>(write: () => void, result: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(this.#closed());
        return;
      }
      const settle = (): void => {
        try {
          resolve(result());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#waiting.push({ write, resolve: settle, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        for (const { write } of batch) write();
        this.#connection.exec('COMMIT');
      } catch (error) {
        this.#models.clear();
        // A full disk has ended the transaction already.
        if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    } catch (error) {
      const explained = explainStoreError(this.path, error);
      for (const { reject } of batch) reject(explained);
      return;
    }
    for (const { resolve } of batch) resolve();
  }

  #rowsAfter(id: number): StoredRow[] {
    this.#checkOpen();
    try {
      return this.#connection
        .prepare(`${SELECT} WHERE r.id > ? ORDER BY r.id LIMIT ${ROWS_AT_ONCE}`)
        .all([id]) as StoredRow[];
    } catch (error) {
      throw explainStoreError(this.path, error);
    }
  }

  #write(record: ReplyRecord): void {
    const row = rowOf(record);
    const model = this.#modelId(row);
    const { request, prompt_version, input, output, reply, checksum } = row;
    this.#insert.run([model, request, prompt_version, input, output, reply, checksum]);
    this.#endClaim.run([row.fingerprint, request]);
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

  #checkOpen(): void {
    if (this.#isClosed) throw this.#closed();
  }

  #closed(): ReplyStoreError {
    return new ReplyStoreError(this.path, 'closed', { expected: 'an open store', found: 'one that was closed' });
  }
}
