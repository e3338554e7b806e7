/** Logs in files: the exports of `@ialp/metrics/logs`. For Node. */

export { FileError, IalpError } from '@ialp/core';
export type { LogTable } from '@ialp/core/log';
export { LogFileError, type LogFileFault } from './log-file-error.js';
export { banditLogOf, interactionLogOf, modeledBanditLogOf, trajectoryLogOf } from './log-views.js';
export { type ReadCsvTableOptions, type ReadTableOptions, readCsvTable, readJsonLinesTable } from './text-files.js';
