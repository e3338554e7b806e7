/** Confidence sequences, intervals that are valid at any time: the exports of `@ialp/metrics/sequential`. */
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceState,
  createConfidenceSequence,
  createDifferenceSequence,
  type DifferenceSequence,
  type DifferenceSequenceOptions,
  type DifferenceSequenceState,
  type SequenceInterval,
} from './confidence-sequence.js';
