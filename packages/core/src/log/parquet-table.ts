import { type FileOptions, faultOf } from '../files/file-fault.js';
import { type ParquetGroup, readParquet } from '../parquet/read-parquet.js';
import { LOG_FORMAT } from './interaction-log.js';
import { type LogTable, LogTableBuilder } from './log-table.js';
import type { ReadParquetOptions } from './parquet-log.js';

/**
 * Reads a log from a Parquet file as a table. Columns of numbers, booleans and strings are read like the fields in
 * `readJsonLinesTable`; other columns are ignored. `time` and `timestamp` may also be dates and timestamps of Parquet,
 * which become milliseconds since 1970. The file is decoded in a separate process with a time limit. Compression:
 * Snappy or none, as supported by `hyparquet`.
 * @throws {FileError} if the file cannot be read, is damaged, exceeds a limit, or has missing values.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetTable(path: string, options: ReadParquetOptions = {}): Promise<LogTable> {
  const builder = new LogTableBuilder(path, options);
  let header: LogTable['header'];
  for await (const group of readParquet(path, options)) {
    header ??= headerOf(group, path, options);
    const { columns, rows, firstRow } = group;
    for (let row = 0; row < rows; row++) {
      const fields = Object.fromEntries(Array.from(columns, ([name, values]) => [name, values[row]]));
      builder.append(fields, firstRow + row + 1);
    }
  }
  return { ...builder.table(), ...(header !== undefined && { header }) };
}

function headerOf({ keyValues }: ParquetGroup, path: string, options: FileOptions): LogTable['header'] {
  const text = keyValues.get(LOG_FORMAT);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const expected = `JSON in the file's metadata, under ${LOG_FORMAT}`;
    throw faultOf(path, { expected, found: 'other text' }, options, { cause });
  }
}
