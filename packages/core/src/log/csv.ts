/** Logs in files of separated values: what `@ialp/core/log/csv` publishes. For Node; needs `csv-parse`. */
export { type ReadCsvTableOptions, readCsvTable } from './csv-table.js';
