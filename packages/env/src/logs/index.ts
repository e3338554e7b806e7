/** Logs of interactions: what `@ialp/env/logs` publishes. */
export { followingRows, TRAJECTORY_END, type Trajectories } from '@ialp/core';
export {
  completeLog,
  type LoggedInteractions,
  type LogHeader,
  type PlainInteractions,
  type ReadLog,
  type StoredLog,
  type TrajectoriesOfOptions,
  trajectoriesOf,
  writeJsonLinesLog,
} from '@ialp/core/log';
export { type LoggingEnvironment, withInteractionLog } from './interaction-log.js';
export { type ReadJsonLinesOptions, readJsonLinesLog } from './json-lines.js';
export { logDataset } from './log-dataset.js';
