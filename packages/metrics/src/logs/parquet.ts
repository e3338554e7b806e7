/** Logs in Parquet files: what `@ialp/metrics/logs/parquet` publishes. For Node; needs `hyparquet`. */
import type { LogTable } from '@ialp/core/log';
import { type ReadParquetOptions, readParquetTable as readParquet } from '@ialp/core/log/parquet';
import { createLogFileError } from './log-file-error.js';

export type { ReadParquetOptions } from '@ialp/core/log/parquet';

/**
 * Reads a log from a Parquet file: columns of numbers, booleans and text, as `readJsonLinesTable` reads fields; others are left out. `time` and
 * `timestamp` may be dates and timestamps of Parquet as well, which become milliseconds since 1970. The file is decoded in a process of
 * its own, which no file can make run forever. Compressed columns need what `hyparquet` can unpack: Snappy, or nothing.
 * @throws {LogFileError} if the file cannot be read, is damaged, exceeds a limit, or has rows without a value.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetTable(path: string, options: ReadParquetOptions = {}): Promise<LogTable> {
  return readParquet(path, { ...options, createError: createLogFileError });
}
