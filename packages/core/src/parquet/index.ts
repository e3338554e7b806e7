/** Parquet files: the exports of `@ialp/core/parquet`. For Node; needs `hyparquet`. */
export { type ParquetGroup, type ParquetOptions, type ParquetValues, readParquet } from './read-parquet.js';
