/** Logs as Parquet files: what `@ialp/env/logs/parquet` publishes. Needs `hyparquet` and `hyparquet-writer`. */
import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MissingPackageError as MissingCorePackage, MissingPackageError } from '@ialp/core';
import { type ParquetGroup, type ParquetOptions, readParquet as readGroups } from '@ialp/core/parquet';
import { createDatasetError } from '../datasets/dataset-error.js';
import { DatasetError } from '../errors.js';
import type { LoggedInteractions, LogHeader } from './interaction-log.js';
import type { StoredLog } from './json-lines.js';
import { LogColumns } from './log-columns.js';
import { type LogRow, LogRules, requireHeader, requireLog } from './log-rules.js';

/** The key of the file's metadata under which the header stands, as JSON. */
const KEY = 'ialp.log';
/** The key of a checksum of header and columns: Parquet itself has none that finds every changed value. */
const DIGEST_KEY = 'ialp.log.sha256';
const REMEDY = 'Write the log again.';
const INTEGERS = ['session', 'turn', 'position', 'item'] as const;
const FLAGS = ['terminated', 'truncated'] as const;

/**
 * Writes a log as a Parquet file: a column for each of the log's (`INT32`, `FLOAT`, `BOOLEAN`), the header as JSON in the
 * file's metadata under `ialp.log` and a checksum of both under `ialp.log.sha256`. The file is there whole or not at all.
 * @throws {InvalidOptionError} for a log or header that breaks the rules.
 * @throws {MissingPackageError} where `hyparquet-writer` is not installed; errors of the file system as they are.
 */
export async function writeParquet(path: string, { header, log }: StoredLog): Promise<void> {
  requireLog(log, header);
  const { parquetWriteBuffer } = await optional(import('hyparquet-writer'), 'hyparquet-writer', 'writeParquet');
  const column = (name: keyof LoggedInteractions, type: 'INT32' | 'FLOAT') => ({ name, data: log[name] ?? [], type });
  const bytes = parquetWriteBuffer({
    columnData: [
      ...INTEGERS.map((name) => column(name, 'INT32')),
      column('reward', 'FLOAT'),
      ...(log.propensity === undefined ? [] : [column('propensity', 'FLOAT')]),
      ...FLAGS.map((name) => ({ name, data: Array.from(log[name], (flag) => flag === 1), type: 'BOOLEAN' as const })),
    ],
    kvMetadata: [
      { key: KEY, value: JSON.stringify(header) },
      { key: DIGEST_KEY, value: digestOf(JSON.stringify(header), log) },
    ],
  });
  const temporary = join(dirname(path), `.log-${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(new Uint8Array(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Options of `readParquet`: limits, as `@ialp/core/parquet` explains them. */
export type ReadParquetOptions = Pick<ParquetOptions, 'maxBytes' | 'maxRows' | 'timeoutMs' | 'signal'>;

/**
 * Reads a log that `writeParquet` wrote, or that anything else wrote in its form; columns that it does not know are passed
 * over. It is decoded in a process of its own, which no file can make run forever, and compared with its checksum if it has one.
 * @throws {DatasetError} where the file cannot be read, is no such log, is damaged, exceeds a limit, or has a row that breaks the
 *   rules. `line` is the row, from 1.
 * @throws {MissingPackageError} where `hyparquet` is not installed.
 */
export async function readParquet(path: string, options: ReadParquetOptions = {}): Promise<StoredLog> {
  const columns = new LogColumns();
  let header: LogHeader | undefined;
  let rules: LogRules | undefined;
  let keyValues: ParquetGroup['keyValues'] = new Map();
  try {
    for await (const group of readGroups(path, { ...options, remedy: REMEDY, createError: createDatasetError })) {
      keyValues = group.keyValues;
      header ??= headerOf(keyValues.get(KEY), path);
      rules ??= new LogRules(header);
      for (let row = 0; row < group.rows; row++) {
        const fields = rowFrom(Object.fromEntries(Array.from(group.columns, ([name, values]) => [name, values[row]])));
        const fault = rules.next(fields);
        if (fault !== undefined)
          throw new DatasetError({ file: path, line: group.firstRow + row + 1, ...fault, remedy: REMEDY });
        columns.append(fields);
      }
    }
  } catch (cause) {
    if (MissingCorePackage.isInstance(cause))
      throw new MissingPackageError(cause.packageName, 'readParquet', { cause });
    throw cause;
  }
  const log = columns.log();
  const digest = keyValues.get(DIGEST_KEY);
  if (header === undefined || (digest !== undefined && digest !== digestOf(keyValues.get(KEY) ?? '', log))) {
    const expected = 'a log that matches its checksum';
    throw new DatasetError({ file: path, expected, found: 'another: the file is damaged', remedy: REMEDY });
  }
  return { header, log };
}

/** A checksum of a header and the columns of a log. */
function digestOf(header: string, log: LoggedInteractions): string {
  const hash = createHash('sha256').update(header);
  const { session, turn, position, item, reward, propensity, terminated, truncated } = log;
  // Of no rows it cannot be said whether they had propensities, and 0 and -0 are one value in a file.
  const measures = propensity === undefined || session.length === 0 ? [reward] : [reward, propensity];
  const columns = [session, turn, position, item, ...measures.map((values) => values.map((value) => value + 0))];
  for (const { buffer, byteOffset, byteLength } of [...columns, terminated, truncated]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

function headerOf(text: string | undefined, file: string): LogHeader {
  try {
    const header = JSON.parse(text ?? '');
    requireHeader(header);
    return header;
  } catch (cause) {
    const found =
      text === undefined ? 'none' : `one that cannot be used (${cause instanceof Error ? cause.message : cause})`;
    const expected = `a header in the file's metadata, under ${KEY}`;
    throw new DatasetError({ file, found, expected, remedy: REMEDY }, { cause });
  }
}

function rowFrom(fields: Readonly<Record<string, unknown>>): LogRow {
  const number = (name: string): number => {
    const value = fields[name];
    // Integers of 64 bits come as bigints.
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
  };
  const flag = (name: string): number => (typeof fields[name] === 'boolean' ? Number(fields[name]) : Number.NaN);
  return {
    session: number('session'),
    turn: number('turn'),
    position: number('position'),
    item: number('item'),
    reward: Math.fround(number('reward')),
    propensity: 'propensity' in fields ? Math.fround(number('propensity')) : undefined,
    terminated: flag('terminated'),
    truncated: flag('truncated'),
  };
}

async function optional<T>(module: Promise<T>, name: string, feature: string): Promise<T> {
  return module.catch((cause) => {
    throw new MissingPackageError(name, feature, { cause });
  });
}
