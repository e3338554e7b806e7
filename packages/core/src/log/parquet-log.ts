import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import { type ParquetGroup, type ParquetOptions, readParquet } from '../parquet/read-parquet.js';
import { LOG_FORMAT, type LoggedInteractions, type LogHeader, type StoredLog } from './interaction-log.js';
import { LogColumns } from './log-columns.js';
import { checkHeader, checkStoredLog, type LogRow, LogRules } from './log-rules.js';
import { optionalPackage } from './optional-package.js';
import { writeWhole } from './write-whole.js';

/** Key of a checksum of header and columns; Parquet has no checksum that detects every change. */
const DIGEST_KEY = `${LOG_FORMAT}.sha256`;
const REMEDY = 'Write the log again.';
const INTEGERS = ['session', 'turn', 'position', 'item'] as const;
const FLAGS = ['terminated', 'truncated'] as const;

/**
 * Writes a log as a Parquet file: one column per column of the log (`INT32`, `FLOAT`, `BOOLEAN`), the header as JSON in
 * the metadata under `ialp.log` and a checksum of both under `ialp.log.sha256`. The file is written atomically.
 * @throws {InvalidOptionError} if the log or the header is invalid. File system errors are thrown unchanged.
 * @throws {MissingPackageError} if `hyparquet-writer` is not installed.
 */
export async function writeParquetLog(path: string, stored: StoredLog): Promise<void> {
  checkStoredLog(stored);
  const { header, log } = stored;
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

/** Options of the readers of Parquet files; see `@ialp/core/parquet`. */
export type ReadParquetOptions = Pick<ParquetOptions, 'maxBytes' | 'maxRows' | 'timeoutMs' | 'signal' | 'createError'>;

/**
 * Reads a log that `writeParquetLog` wrote, or another program in the same format. Unknown columns are ignored. The
 * file is decoded in a separate process with a time limit, and its checksum is verified if there is one.
 * @throws {FileError} if the file cannot be read, has another format, is damaged, exceeds a limit, or has an invalid
 *   row. `line` is the row, from 1.
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
    throw faultOf(path, { expected, found: 'another checksum: the file is damaged' }, read);
  }
  return { header, log };
}

/** A checksum of a header and the columns of a log. */
function digestOf(header: string, log: LoggedInteractions): string {
  const hash = createHash('sha256').update(header);
  const { session, turn, position, item, reward, propensity, terminated, truncated } = log;
  // A log without rows may or may not have propensities, and 0 and -0 are the same value in a file.
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
    const found = text === undefined ? 'none' : `an invalid header (${cause instanceof Error ? cause.message : cause})`;
    const expected = `a header in the file's metadata, under ${LOG_FORMAT}`;
    throw faultOf(path, { found, expected }, options, { cause });
  }
}

function rowFrom(fields: Readonly<Record<string, unknown>>): LogRow {
  const number = (name: string): number => {
    const value = fields[name];
    // 64-bit integers are read as bigints.
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
