/** Logs as separated values: the exports of `@ialp/core/log/csv`. For Node; needs `csv-parse`. */
export { type ReadCsvTableOptions, readCsvTable } from './csv-table.js';
