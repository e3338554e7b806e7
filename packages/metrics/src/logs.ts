/** Logs in files: what `@ialp/metrics/logs` publishes. For Node. */

export { FileError, IalpError } from '@ialp/core';
export { type ReadCsvOptions, readCsv } from './logs/csv.js';
export { type ReadLogOptions, readJsonLines } from './logs/json-lines.js';
export { LogFileError, type LogFileFault } from './logs/log-file-error.js';
export type { LogTable } from './logs/log-table.js';
export { banditLogOf, interactionLogOf, modelledBanditLogOf, trajectoryLogOf } from './logs/log-views.js';
