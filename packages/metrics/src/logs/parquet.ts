/** Logs in Parquet files: what `@ialp/metrics/logs/parquet` publishes. For Node; needs `hyparquet`. */
import { type ParquetGroup, type ParquetOptions, readParquet as readGroups } from '@ialp/core/parquet';
import { createLogFileError, LogFileError } from './log-file-error.js';
import { type LogTable, LogTableBuilder } from './log-table.js';

/** The key of the file's metadata under which `@ialp/env/logs/parquet` keeps its header. */
const KEY = 'ialp.log';

/** Options of `readParquet`: limits, as `@ialp/core/parquet` explains them. */
export type ReadParquetOptions = Pick<ParquetOptions, 'maxBytes' | 'maxRows' | 'timeoutMs' | 'signal'>;

/**
 * Reads a log from a Parquet file: columns of numbers, booleans and text, as `readJsonLines` reads fields; others are left out. `time` and
 * `timestamp` may be dates and timestamps of Parquet as well, which become milliseconds since 1970. The file is decoded
 * in a process of its own, which no file can make run forever. Compressed columns need what `hyparquet` can unpack: Snappy, or
 * nothing.
 * @throws {LogFileError} where the file cannot be read, is damaged, exceeds a limit, or has rows without a value.
 * @throws {MissingPackageError} where `hyparquet` is not installed.
 */
export async function readParquet(path: string, options: ReadParquetOptions = {}): Promise<LogTable> {
  const builder = new LogTableBuilder();
  let header: LogTable['header'];
  for await (const group of readGroups(path, { ...options, createError: createLogFileError })) {
    header ??= headerOf(group, path);
    appendTo(builder, group, path);
  }
  const table = builder.table();
  if (table.rows === 0) throw new LogFileError({ file: path, found: 'none', expected: 'at least one row' });
  return { ...table, ...(header !== undefined && { header }) };
}

function appendTo(builder: LogTableBuilder, { columns, rows, firstRow }: ParquetGroup, file: string): void {
  for (let row = 0; row < rows; row++) {
    const fields = Object.fromEntries(Array.from(columns, ([name, values]) => [name, values[row]]));
    const fault = builder.append(fields);
    if (fault !== undefined) throw new LogFileError({ file, line: firstRow + row + 1, ...fault });
  }
}

function headerOf({ keyValues }: ParquetGroup, file: string): LogTable['header'] {
  const text = keyValues.get(KEY);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LogFileError(
      { file, expected: `JSON in the file's metadata, under ${KEY}`, found: 'other text' },
      { cause },
    );
  }
}
