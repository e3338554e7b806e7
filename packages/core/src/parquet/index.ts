/** Parquet files: what `@ialp/core/parquet` publishes. For Node; needs `hyparquet`. */
export { type ParquetGroup, type ParquetOptions, type ParquetValues, readParquet } from './read-parquet.js';
