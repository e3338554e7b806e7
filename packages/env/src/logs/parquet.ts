/** Logs as Parquet files: what `@ialp/env/logs/parquet` publishes. Needs `hyparquet` and `hyparquet-writer`. */
import type { StoredLog } from '@ialp/core/log';
import { type ReadParquetOptions, readParquetLog as readLog } from '@ialp/core/log/parquet';
import { createDatasetError } from '../datasets/parsing/dataset-error.js';

export { type ReadParquetOptions, writeParquetLog } from '@ialp/core/log/parquet';

/**
 * Reads a log that `writeParquetLog` or another program wrote in this format. Unknown columns are ignored. The file is decoded in a
 * separate process with a time limit, and verified with its checksum if it has one.
 * @throws {DatasetError} if the file cannot be read, is not a log, is damaged, exceeds a limit, or has an invalid row; `line` is the row,
 *   from 1.
 * @throws {MissingPackageError} if `hyparquet` is not installed.
 */
export async function readParquetLog(path: string, options: ReadParquetOptions = {}): Promise<StoredLog> {
  return readLog(path, { ...options, createError: createDatasetError });
}
