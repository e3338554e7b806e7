/**
 * Logs in Parquet files: the exports of `@ialp/core/log/parquet`. For Node; needs `hyparquet`, and `hyparquet-writer`
 * to write.
 */
export { type ReadParquetOptions, readParquetLog, writeParquetLog } from './parquet-log.js';
export { readParquetTable } from './parquet-table.js';
