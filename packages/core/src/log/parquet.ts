/** Logs in Parquet files: what `@ialp/core/log/parquet` publishes. For Node; needs `hyparquet`, and `hyparquet-writer` to write. */
export { type ReadParquetOptions, readParquetLog, writeParquetLog } from './parquet-log.js';
export { readParquetTable } from './parquet-table.js';
