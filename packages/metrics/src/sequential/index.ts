/** Intervals that hold at any time: what `@ialp/metrics/sequential` publishes. */
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
