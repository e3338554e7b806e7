/** Logs of interactions: what `@ialp/env/logs` publishes. */
export { completeLog, type LoggedInteractions, type LogHeader, type PlainInteractions } from './interaction-log.js';
export {
  type ReadJsonLinesOptions,
  type ReadLog,
  readJsonLines,
  type StoredLog,
  writeJsonLines,
} from './json-lines.js';
export { logDataset, type Transitions, transitionsOf } from './offline.js';
export { type RecordingEnvironment, recordInteractions } from './recording.js';
