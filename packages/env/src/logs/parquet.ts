/** Logs as Parquet files: what `@ialp/env/logs/parquet` publishes. Needs `hyparquet` and `hyparquet-writer`. */
import type { StoredLog } from '@ialp/core/log';
import { type ReadParquetOptions, readParquetLog as readLog } from '@ialp/core/log/parquet';
import { createDatasetError } from '../datasets/parsing/dataset-error.js';

export { type ReadParquetOptions, writeParquetLog } from '@ialp/core/log/parquet';

/**
 * Reads a log that `writeParquetLog` wrote, or that anything else wrote in its form; columns that it does not know are skipped. It is
 * decoded in a process of its own, which no file can make run forever, and compared with its checksum if it has one.
 * @throws {DatasetError} if the file cannot be read, is no such log, is damaged, exceeds a limit, or has a row that breaks the rules.
 *   `line` is the row, from 1.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetLog(path: string, options: ReadParquetOptions = {}): Promise<StoredLog> {
  return readLog(path, { ...options, createError: createDatasetError });
}
