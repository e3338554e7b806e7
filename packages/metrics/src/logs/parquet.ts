/** Logs in Parquet files: the exports of `@ialp/metrics/logs/parquet`. For Node; needs `hyparquet`. */
import type { LogTable } from '@ialp/core/log';
import { type ReadParquetOptions, readParquetTable as readParquet } from '@ialp/core/log/parquet';
import { createLogFileError } from './log-file-error.js';

export type { ReadParquetOptions } from '@ialp/core/log/parquet';

/**
 * Reads a log from a Parquet file. Columns of numbers, booleans and strings are read like the fields in
 * `readJsonLinesTable`; other columns are ignored. `time` and `timestamp` may also be dates and timestamps of Parquet,
 * which become milliseconds since 1970. The file is decoded in a separate process with a time limit. Compression:
 * Snappy or none, as supported by `hyparquet`.
 * @throws {LogFileError} if the file cannot be read, is damaged, exceeds a limit, or has missing values.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetTable(path: string, options: ReadParquetOptions = {}): Promise<LogTable> {
  return readParquet(path, { ...options, createError: createLogFileError });
}
