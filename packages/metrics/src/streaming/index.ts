/** Measures in one pass and constant memory: what `@ialp/metrics/streaming` publishes. */
export { createExposureCounter, type ExposureCounter } from './exposure-counter.js';
export {
  createOpeStream,
  type LoggedDecision,
  type OpeStream,
  type OpeStreamEstimates,
  type OpeStreamState,
} from './ope-stream.js';
export { createRunningMean, type RunningMean, type RunningMeanState } from './running-mean.js';
