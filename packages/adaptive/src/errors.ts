import { hasMarker } from './has-marker.js';

const MARKER: unique symbol = Symbol.for('ialp.adaptive.error') as never;
const INVALID_OPTION_ERROR: unique symbol = Symbol.for('ialp.adaptive.error.InvalidOptionError') as never;
const CHECKPOINT_ERROR: unique symbol = Symbol.for('ialp.adaptive.error.CheckpointError') as never;
const GATE_ERROR: unique symbol = Symbol.for('ialp.adaptive.error.GateError') as never;

/** The base of every error that `@ialp/adaptive` throws on purpose. */
export class AdaptiveError extends Error {
  override name = 'AdaptiveError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is AdaptiveError {
    return hasMarker(value, MARKER);
  }

  /** @internal */
  get [MARKER](): true {
    return true;
  }
}

/** An option is missing or out of range. */
export class InvalidOptionError extends AdaptiveError {
  override name = 'InvalidOptionError';
  /** The option's name, as the caller wrote it. */
  readonly option: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidOptionError {
    return hasMarker(value, INVALID_OPTION_ERROR);
  }

  /** @internal */
  get [INVALID_OPTION_ERROR](): true {
    return true;
  }

  constructor(option: string, found: unknown, expected: string) {
    super(
      `${option}: expected ${expected}; found ${typeof found === 'string' ? JSON.stringify(found) : String(found)}.`,
    );
    this.option = option;
  }
}

/** A checkpoint is of something else. */
export class CheckpointError extends AdaptiveError {
  override name = 'CheckpointError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is CheckpointError {
    return hasMarker(value, CHECKPOINT_ERROR);
  }

  /** @internal */
  get [CHECKPOINT_ERROR](): true {
    return true;
  }
}

/** A gate gave a weight that is no share, or none at all. */
export class GateError extends AdaptiveError {
  override name = 'GateError';
  /** The first session whose weight is wrong. */
  readonly session: number;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is GateError {
    return hasMarker(value, GATE_ERROR);
  }

  /** @internal */
  get [GATE_ERROR](): true {
    return true;
  }

  /** @param found What was found in its place, in words, and what to do about it. */
  constructor(session: number, found: string) {
    super(`weights[${session}]: expected a number from 0 to 1 from the gate; found ${found}.`);
    this.session = session;
  }
}
