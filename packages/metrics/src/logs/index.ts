/** Logs in files: the exports of `@ialp/metrics/logs`. For Node. */

export { FileError, IalpError } from '@ialp/core';
export type { LogTable } from '@ialp/core/log';
export { LogFileError, type LogFileFault } from './log-file-error.js';
export { banditLogOf, interactionLogOf, modeledBanditLogOf, trajectoryLogOf } from './log-views.js';
export {
  type ArmComparison,
  type CompareArmsOptions,
  compareArms,
  createAttributedPolicy,
  createItemPolicy,
  createShadowPolicy,
  type DecisionSelection,
  type JoinedDecision,
  type JoinedDecisions,
  type JoiningRules,
  joinDecisions,
  type OtherServedEvent,
  readServeLog,
  type ServedActivation,
  type ServedDecision,
  type ServedEnd,
  type ServedErasure,
  type ServedEvent,
  type ServedFeedback,
  type ServedLog,
  type ServedRetraction,
  type ServedTarget,
  type ServeLog,
  selectDecisions,
  servedLogOf,
} from './serve/index.js';
export { type ReadCsvTableOptions, type ReadTableOptions, readCsvTable, readJsonLinesTable } from './text-files.js';
