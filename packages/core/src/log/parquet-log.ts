import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import { type ParquetGroup, type ParquetOptions, readParquet } from '../parquet/read-parquet.js';
import { LOG_FORMAT, type LoggedInteractions, type LogHeader, type StoredLog } from './interaction-log.js';
import { LogColumns } from './log-columns.js';
import { checkHeader, checkLog, type LogRow, LogRules } from './log-rules.js';
import { optionalPackage } from './optional-package.js';
import { writeWhole } from './write-whole.js';

/** The key of a checksum of header and columns: Parquet itself has none that finds every changed value. */
const DIGEST_KEY = `${LOG_FORMAT}.sha256`;
const REMEDY = 'Write the log again.';
const INTEGERS = ['session', 'turn', 'position', 'item'] as const;
const FLAGS = ['terminated', 'truncated'] as const;

/**
 * Writes a log as a Parquet file: a column for each of the log's (`INT32`, `FLOAT`, `BOOLEAN`), the header as JSON in the
 * file's metadata under `ialp.log` and a checksum of both under `ialp.log.sha256`. The file is there whole or not at all.
 * @throws {InvalidOptionError} for a log or header that breaks the rules.
 * @throws {MissingPackageError} if `hyparquet-writer` is not installed; errors of the file system as they are.
 */
export async function writeParquetLog(path: string, { header, log }: StoredLog): Promise<void> {
  checkLog(log, header);
  const { parquetWriteBuffer } = await optionalPackage(
    import('hyparquet-writer'),
    'hyparquet-writer',
    'Writing Parquet',
  );
  const column = (name: keyof LoggedInteractions, type: 'INT32' | 'FLOAT') => ({ name, data: log[name] ?? [], type });
  const bytes = parquetWriteBuffer({
    columnData: [
      ...INTEGERS.map((name) => column(name, 'INT32')),
      column('reward', 'FLOAT'),
      ...(log.propensity === undefined ? [] : [column('propensity', 'FLOAT')]),
      ...FLAGS.map((name) => ({ name, data: Array.from(log[name], (flag) => flag === 1), type: 'BOOLEAN' as const })),
    ],
    kvMetadata: [
      { key: LOG_FORMAT, value: JSON.stringify(header) },
      { key: DIGEST_KEY, value: digestOf(JSON.stringify(header), log) },
    ],
  });
  await writeWhole(path, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(new Uint8Array(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Options of the readers of Parquet files, as those of `@ialp/core/parquet`. */
export type ReadParquetOptions = Pick<ParquetOptions, 'maxBytes' | 'maxRows' | 'timeoutMs' | 'signal' | 'createError'>;

/**
 * Reads a log that `writeParquetLog` wrote, or that anything else wrote in its form; columns that it does not know are skipped. It is
 * decoded in a process of its own, which no file can make run forever, and compared with its checksum if it has one.
 * @throws {FileError} if the file cannot be read, is no such log, is damaged, exceeds a limit, or has a row that breaks the rules.
 *   `line` is the row, from 1.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetLog(path: string, options: ReadParquetOptions = {}): Promise<StoredLog> {
  const read = { ...options, remedy: REMEDY };
  const columns = new LogColumns();
  let header: LogHeader | undefined;
  let rules: LogRules | undefined;
  let keyValues: ParquetGroup['keyValues'] = new Map();
  for await (const group of readParquet(path, read)) {
    keyValues = group.keyValues;
    header ??= headerOf(keyValues.get(LOG_FORMAT), path, read);
    rules ??= new LogRules(header);
    for (let row = 0; row < group.rows; row++) {
      const fields = rowFrom(Object.fromEntries(Array.from(group.columns, ([name, values]) => [name, values[row]])));
      const fault = rules.next(fields);
      if (fault !== undefined) throw faultOf(path, { line: group.firstRow + row + 1, ...fault }, read);
      columns.append(fields);
    }
  }
  const log = columns.log();
  const digest = keyValues.get(DIGEST_KEY);
  if (header === undefined || (digest !== undefined && digest !== digestOf(keyValues.get(LOG_FORMAT) ?? '', log))) {
    const expected = 'a log that matches its checksum';
    throw faultOf(path, { expected, found: 'another: the file is damaged' }, read);
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

function headerOf(text: string | undefined, path: string, options: FileOptions): LogHeader {
  try {
    const header = JSON.parse(text ?? '');
    checkHeader(header);
    return header;
  } catch (cause) {
    const found =
      text === undefined ? 'none' : `one that cannot be used (${cause instanceof Error ? cause.message : cause})`;
    const expected = `a header in the file's metadata, under ${LOG_FORMAT}`;
    throw faultOf(path, { found, expected }, options, { cause });
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
