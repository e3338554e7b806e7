import { InvalidOptionError } from '@ialp/core';
import {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceState,
  checkSequenceOptions,
  createConfidenceSequence,
  type SequenceInterval,
} from './confidence-sequence.js';

/** Options of `createDifferenceSequence`. */
export interface DifferenceSequenceOptions extends Omit<ConfidenceSequenceOptions, 'from'> {
  /** State of a sequence with the same range and confidence to continue from. Default: empty. */
  readonly from?: DifferenceSequenceState;
}

/** State of a difference sequence: the states of both means, which can be stored as JSON. */
export interface DifferenceSequenceState {
  readonly first: ConfidenceSequenceState;
  readonly second: ConfidenceSequenceState;
}

/** A confidence sequence for the difference of two policies. */
export interface DifferenceSequence {
  /**
   * Adds a value of the first or the second policy.
   * @throws {InvalidOptionError} if the name is unknown or the value is outside the range.
   */
  add(policy: 'first' | 'second', value: number): void;
  /** The current interval of the first mean minus the second; `mean` is null until both have a value. */
  interval(): SequenceInterval;
  /** A copy of the state. A sequence restored from it continues bit for bit. */
  state(): DifferenceSequenceState;
}

/**
 * A confidence sequence for the difference of two means: two sequences, each with half of the error probability, so
 * that both hold at once. Values of the two policies may arrive in any order and number.
 * @throws {InvalidOptionError} if an option is invalid.
 */
export function createDifferenceSequence(options: DifferenceSequenceOptions): DifferenceSequence {
  const { range, confidence } = checkSequenceOptions(options);
  const { from } = options;
  if (from !== undefined && (typeof from !== 'object' || from === null)) {
    throw new InvalidOptionError('from', from, 'the result of state() of a difference sequence');
  }
  const create = (policy: 'first' | 'second'): ConfidenceSequence => {
    const each = { range, confidence: (1 + confidence) / 2 };
    return createConfidenceSequence(from === undefined ? each : { ...each, from: from[policy] ?? null });
  };
  const sequences = { first: create('first'), second: create('second') };
  return {
    add(policy, value) {
      if (policy !== 'first' && policy !== 'second') {
        throw new InvalidOptionError('policy', policy, "'first' or 'second'");
      }
      sequences[policy].add(value);
    },
    interval() {
      const [first, second] = [sequences.first.interval(), sequences.second.interval()];
      return {
        lower: first.lower - second.upper,
        upper: first.upper - second.lower,
        mean: first.mean === null || second.mean === null ? null : first.mean - second.mean,
        count: first.count + second.count,
      };
    },
    state: () => ({ first: sequences.first.state(), second: sequences.second.state() }),
  };
}
