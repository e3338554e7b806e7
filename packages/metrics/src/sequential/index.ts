/** Confidence sequences, intervals that are valid at any time: the exports of `@ialp/metrics/sequential`. */
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceState,
  createConfidenceSequence,
  type SequenceInterval,
} from './confidence-sequence.js';
export {
  createDifferenceSequence,
  type DifferenceSequence,
  type DifferenceSequenceOptions,
  type DifferenceSequenceState,
} from './difference-sequence.js';
