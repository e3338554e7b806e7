/** Logs in files: what `@ialp/metrics/logs` publishes. For Node. */

export { FileError, IalpError } from '@ialp/core';
export type { LogTable } from '@ialp/core/log';
export { LogFileError, type LogFileFault } from './logs/log-file-error.js';
export { banditLogOf, interactionLogOf, modelledBanditLogOf, trajectoryLogOf } from './logs/log-views.js';
export { type ReadCsvOptions, type ReadLogOptions, readCsv, readJsonLines } from './logs/text-files.js';
