/** Logs of interactions: the exports of `@ialp/core/log`. Its readers and writers are for Node. */
export {
  completeLog,
  type InteractionLog,
  LOG_FORMAT,
  type LoggedInteractions,
  type LogHeader,
  type PlainInteractions,
  type StoredLog,
} from './interaction-log.js';
export { type ReadLog, type ReadLogOptions, readJsonLinesLog, writeJsonLinesLog } from './json-lines-log.js';
export { type ReadTableOptions, readJsonLinesTable } from './json-lines-table.js';
export { LogColumns } from './log-columns.js';
export { checkHeader, checkLog, checkStoredLog, type LogRow, LogRules } from './log-rules.js';
export type { LogTable } from './log-table.js';
export { type TrajectoriesOfOptions, trajectoriesOf } from './trajectories-of.js';
