/** Logs as Parquet files: what `@ialp/env/logs/parquet` publishes. Needs `hyparquet` and `hyparquet-writer`. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBytes } from '../datasets/byte-stream.js';
import { DatasetError, MissingPackageError } from '../errors.js';
import type { LoggedInteractions, LogHeader } from './interaction-log.js';
import type { StoredLog } from './json-lines.js';
import { LogColumns } from './log-columns.js';
import { type LogRow, LogRules, requireHeader, requireLog } from './log-rules.js';

/** The key of the file's metadata under which the header stands, as JSON. */
const KEY = 'ialp.log';
const REMEDY = 'Write the log again.';
const INTEGERS = ['session', 'turn', 'position', 'item'] as const;
const FLAGS = ['terminated', 'truncated'] as const;

/**
 * Writes a log as a Parquet file: a column for each of the log's (`INT32`, `FLOAT`, `BOOLEAN`), the header as JSON in the
 * file's metadata under `ialp.log`. The file is there whole or not at all.
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
    kvMetadata: [{ key: KEY, value: JSON.stringify(header) }],
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

/**
 * Reads a log that `writeParquet` wrote, or that anything else wrote in its form; columns that it does not know are passed
 * over.
 * @throws {DatasetError} where the file cannot be read, is no such log, or has a row that breaks the rules. `line` is the
 *   row, from 1.
 * @throws {MissingPackageError} where `hyparquet` is not installed.
 */
export async function readParquet(path: string): Promise<StoredLog> {
  const { parquetMetadata, parquetReadObjects } = await optional(import('hyparquet'), 'hyparquet', 'readParquet');
  const bytes = await readBytes(path, REMEDY);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  let metadata: ReturnType<typeof parquetMetadata>;
  let rows: Record<string, unknown>[];
  try {
    metadata = parquetMetadata(file);
    rows = await parquetReadObjects({ file, metadata });
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError({ file: path, expected: 'a whole Parquet file', found, remedy: REMEDY }, { cause });
  }
  const header = headerOf(metadata.key_value_metadata?.find(({ key }) => key === KEY)?.value, path);
  const columns = new LogColumns();
  const rules = new LogRules(header);
  rows.forEach((fields, index) => {
    const row = rowFrom(fields);
    const fault = rules.next(row);
    if (fault !== undefined) throw new DatasetError({ file: path, line: index + 1, ...fault, remedy: REMEDY });
    columns.append(row);
  });
  return { header, log: columns.log() };
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
    return typeof value === 'number' ? value : Number.NaN;
  };
  const flag = (name: string): number => (typeof fields[name] === 'boolean' ? Number(fields[name]) : Number.NaN);
  return {
    session: number('session'),
    turn: number('turn'),
    position: number('position'),
    item: number('item'),
    reward: number('reward'),
    propensity: 'propensity' in fields ? number('propensity') : undefined,
    terminated: flag('terminated'),
    truncated: flag('truncated'),
  };
}

async function optional<T>(module: Promise<T>, name: string, feature: string): Promise<T> {
  return module.catch((cause) => {
    throw new MissingPackageError(name, feature, { cause });
  });
}
