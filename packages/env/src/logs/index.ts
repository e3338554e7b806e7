/** Logs of interactions: what `@ialp/env/logs` publishes. */
export {
  completeLog,
  type LoggedInteractions,
  type LogHeader,
  type PlainInteractions,
  type ReadLog,
  type StoredLog,
  writeJsonLinesLog,
} from '@ialp/core/log';
export { type LoggingEnvironment, withInteractionLog } from './interaction-log.js';
export { type ReadJsonLinesOptions, readJsonLinesLog } from './json-lines.js';
export { logDataset, type Transitions, transitionsOf } from './offline.js';
