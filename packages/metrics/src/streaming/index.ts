/** Measures in one pass and constant memory: the exports of `@ialp/metrics/streaming`. */
export { createExposureCounter, type ExposureCounter } from './exposure-counter.js';
export {
  createOpeStream,
  type LoggedDecision,
  type OpeStream,
  type OpeStreamEstimates,
} from './ope-stream.js';
export type { OpeStreamState } from './ope-stream-state.js';
export { createRunningMean, type RunningMean, type RunningMeanState } from './running-mean.js';
