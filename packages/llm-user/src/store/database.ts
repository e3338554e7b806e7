import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type Database from 'libsql';
import { MissingPackageError } from '../errors.js';
import { damaged, explainStoreError, ReplyStoreError } from './errors.js';

/** An open SQLite file. */
export type Connection = Database.Database;

/** How long another process may hold the file, in milliseconds. */
const PATIENCE = 10_000;
/** Of the form of the tables below, as SQLite's `user_version`. */
const VERSION = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS models (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, model TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS replies (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models (id),
    request TEXT NOT NULL,
    prompt_version TEXT NOT NULL,
    input INTEGER,
    output INTEGER,
    reply TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (model, request)
  );
  PRAGMA user_version = ${VERSION};`;

/** Options of `connect`. */
export interface ConnectOptions {
  /** Whether the file has to be there, and is left as it is. */
  readonly isReadOnly: boolean;
  readonly maxBytes?: number;
}

/**
 * Opens a file, makes its tables where it is new, and looks whether it is whole.
 * @throws {ReplyStoreError} where it is not, cannot be opened, or is something else. {MissingPackageError} without `libsql`.
 */
export async function connect(path: string, { isReadOnly, maxBytes }: ConnectOptions): Promise<Connection> {
  const Sqlite = await loadPackage();
  await requirePlace(path, isReadOnly);
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path, { timeout: PATIENCE });
    const version = userVersion(connection);
    if (version > VERSION) {
      throw new ReplyStoreError(path, 'unusable', `a newer version of this package made the store (form ${version}).`);
    }
    if (version === 0 && !isReadOnly && !hasTables(connection)) {
      // Kept by the file: writers do not wait for readers, and a process that is killed leaves it whole.
      connection.pragma('journal_mode = WAL');
      // All of it or nothing: a kill half way would leave tables of which nobody could say whose they are.
      connection.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    } else if (userVersion(connection) === 0) {
      // Asked once more: another process may have made the tables between the two looks.
      throw new ReplyStoreError(path, 'unusable', 'expected a store of replies; found a database of something else.');
    }
    connection.pragma('synchronous = NORMAL');
    if (maxBytes !== undefined) limitSize(connection, maxBytes);
    requireWhole(connection, path);
    return connection;
  } catch (error) {
    connection?.close();
    throw explainStoreError(path, error);
  }
}

/** Loads SQLite. */
export async function loadPackage(): Promise<typeof Database> {
  try {
    return (await import('libsql')).default;
  } catch (error) {
    throw new MissingPackageError('libsql', 'A store of replies', { cause: error });
  }
}

async function requirePlace(path: string, isReadOnly: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new ReplyStoreError(path, 'unusable', 'expected a file; found a folder.');
  if (found !== undefined) return;
  if (isReadOnly) throw new ReplyStoreError(path, 'missing', 'there is no such store. Check the path.');
  const folder = dirname(resolve(path));
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new ReplyStoreError(path, 'missing', `there is no folder ${folder}. Make it first.`);
  }
}

function userVersion(connection: Connection): number {
  return (connection.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

function hasTables(connection: Connection): boolean {
  return connection.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}

function limitSize(connection: Connection, maxBytes: number): void {
  const { page_size: size } = connection.prepare('PRAGMA page_size').get() as { page_size: number };
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / size))}`);
}

/** Looks through all pages; a store of a million replies takes about a second. */
function requireWhole(connection: Connection, path: string): void {
  const { quick_check: found } = connection.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found !== 'ok') throw damaged(path, found.replaceAll('\n', ' '));
}
