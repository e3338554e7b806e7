import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MissingPackageError } from '@ialp/core';
import type Database from 'libsql';
import { checkStoreBytes } from './check-store-bytes.js';
import { checkWhole } from './check-whole.js';
import { explainStoreError, ReplyStoreError } from './errors.js';

/** An open SQLite file. */
export type Connection = Database.Database;

/** How long another process may hold the file. */
const PATIENCE_MS = 10_000;
/** Of the form of the tables below, as SQLite's `user_version`. */
const VERSION = 1;

/** Who is asking for what. Stores of earlier versions get the table when they are opened. */
const CLAIMS = `CREATE TABLE IF NOT EXISTS claims (
    fingerprint TEXT NOT NULL,
    request TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, request)
  ) WITHOUT ROWID`;

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
  ${CLAIMS};
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
  if (await checkPlace(path, isReadOnly)) {
    await checkStoreBytes(path);
    await checkWhole(path);
  } else await makeStore(path, Sqlite);
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path, { timeout: PATIENCE_MS });
    const version = userVersion(connection);
    if (version > VERSION) {
      throw new ReplyStoreError(path, 'unusable', {
        expected: 'a store of this version of the package',
        found: `one of a newer version (form ${version})`,
        remedy: 'Update @ialp/llm-user.',
      });
    }
    if (version === 0 && !isReadOnly && !hasTables(connection)) {
      throw new ReplyStoreError(path, 'unusable', {
        expected: 'a store of replies',
        found: 'an empty file',
        remedy: 'Delete it, and a new store is made.',
      });
    }
    if (version === 0) {
      throw new ReplyStoreError(path, 'unusable', {
        expected: 'a store of replies',
        found: 'a database of something else',
        remedy: 'Name another file.',
      });
    }
    if (!isReadOnly) update(connection);
    connection.pragma('synchronous = NORMAL');
    if (maxBytes !== undefined) limitSize(connection, maxBytes);
    return connection;
  } catch (error) {
    connection?.close();
    throw explainStoreError(path, error);
  }
}

/** Makes a new store beside its place and moves it there whole: nobody ever finds half of one, or an empty file. */
async function makeStore(path: string, Sqlite: typeof Database): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.new`;
  try {
    const connection = new Sqlite(unfinished);
    try {
      connection.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    } finally {
      connection.close();
    }
    await moveUnlessThere(unfinished, path);
  } catch (error) {
    throw explainStoreError(path, error);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Another process may have made the same store meanwhile: then that one stays. */
async function moveUnlessThere(from: string, to: string): Promise<void> {
  const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
  try {
    await link(from, to);
  } catch (error) {
    if (isThere(error)) return;
    // A file system without links.
    await copyFile(from, to, constants.COPYFILE_EXCL).catch((reason: unknown) => {
      if (!isThere(reason)) throw reason;
    });
  }
}

/**
 * Brings a store of an earlier version to this one's form. Its write-ahead log goes: SQLite takes a log that is damaged for
 * one that ends there, and would lose what follows without a word.
 */
function update(connection: Connection): void {
  connection.exec(`${CLAIMS};`);
  try {
    connection.pragma('journal_mode = DELETE');
  } catch (error) {
    // Another process has the store open; the log goes with the last one.
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))) throw error;
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

/** Looks whether there is a file, or a folder for one. */
async function checkPlace(path: string, isReadOnly: boolean): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new ReplyStoreError(path, 'unusable', { expected: 'a file', found: 'a folder' });
  if (found !== undefined) return true;
  if (isReadOnly)
    throw new ReplyStoreError(path, 'missing', { expected: 'a store', found: 'none', remedy: 'Check the path.' });
  const folder = dirname(resolve(path));
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new ReplyStoreError(path, 'missing', {
      expected: `the folder ${folder}`,
      found: 'none',
      remedy: 'Make it first.',
    });
  }
  return false;
}

function userVersion(connection: Connection): number {
  return (connection.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

function hasTables(connection: Connection): boolean {
  return connection.prepare('SELECT 1 AS found FROM sqlite_schema LIMIT 1').get() !== undefined;
}

function limitSize(connection: Connection, maxBytes: number): void {
  const { page_size: size } = connection.prepare('PRAGMA page_size').get() as { page_size: number };
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / size))}`);
}
