/** Logs in files: what `@ialp/metrics/logs` publishes. For Node. */
export { readJsonLines } from './logs/json-lines.js';
export { LogFileError } from './logs/log-file-error.js';
export type { LogTable } from './logs/log-table.js';
export { banditLogOf, interactionLogOf, trajectoryLogOf } from './logs/log-views.js';
