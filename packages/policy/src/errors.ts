import { hasMarker } from './has-marker.js';

const MARKER: unique symbol = Symbol.for('ialp.policy.error') as never;
const INVALID_OPTION_ERROR: unique symbol = Symbol.for('ialp.policy.error.InvalidOptionError') as never;
const SHAPE_ERROR: unique symbol = Symbol.for('ialp.policy.error.ShapeError') as never;
const NOTHING_ALLOWED_ERROR: unique symbol = Symbol.for('ialp.policy.error.NothingAllowedError') as never;
const MISSING_HEAD_ERROR: unique symbol = Symbol.for('ialp.policy.error.MissingHeadError') as never;
const WEIGHTS_ERROR: unique symbol = Symbol.for('ialp.policy.error.WeightsError') as never;
const CHECKPOINT_ERROR: unique symbol = Symbol.for('ialp.policy.error.CheckpointError') as never;
const DIVERGENCE_ERROR: unique symbol = Symbol.for('ialp.policy.error.DivergenceError') as never;

/** The base of every error that `@ialp/policy` throws on purpose. */
export class PolicyError extends Error {
  override name = 'PolicyError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is PolicyError {
    return hasMarker(value, MARKER);
  }

  /** @internal */
  get [MARKER](): true {
    return true;
  }
}

/** An option or an argument is missing or out of range. */
export class InvalidOptionError extends PolicyError {
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

/** Two parts do not fit together: a policy for another catalogue, a rollout of other sizes. */
export class ShapeError extends PolicyError {
  override name = 'ShapeError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is ShapeError {
    return hasMarker(value, SHAPE_ERROR);
  }

  /** @internal */
  get [SHAPE_ERROR](): true {
    return true;
  }

  constructor(what: string, found: number, expected: number) {
    super(`${what}: expected ${expected}; found ${found}.`);
  }
}

/** In some state nothing may be shown. */
export class NothingAllowedError extends PolicyError {
  override name = 'NothingAllowedError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is NothingAllowedError {
    return hasMarker(value, NOTHING_ALLOWED_ERROR);
  }

  /** @internal */
  get [NOTHING_ALLOWED_ERROR](): true {
    return true;
  }

  constructor(session: number) {
    super(`The mask of session ${session} allows no item. End a session when nothing is left to show.`);
  }
}

/** A network was asked for what it has no head for. */
export class MissingHeadError extends PolicyError {
  override name = 'MissingHeadError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is MissingHeadError {
    return hasMarker(value, MISSING_HEAD_ERROR);
  }

  /** @internal */
  get [MISSING_HEAD_ERROR](): true {
    return true;
  }

  constructor(head: string, what: string) {
    super(`${what}: expected a network with the head '${head}'; found one without. Name it in the option 'heads'.`);
  }
}

/** Weights do not fit the network. */
export class WeightsError extends PolicyError {
  override name = 'WeightsError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is WeightsError {
    return hasMarker(value, WEIGHTS_ERROR);
  }

  /** @internal */
  get [WEIGHTS_ERROR](): true {
    return true;
  }
}

/** A checkpoint is of something else, or what is to be kept cannot be. */
export class CheckpointError extends PolicyError {
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

/** Training left the range of numbers: a reward, a propensity or the loss was not finite. */
export class DivergenceError extends PolicyError {
  override name = 'DivergenceError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is DivergenceError {
    return hasMarker(value, DIVERGENCE_ERROR);
  }

  /** @internal */
  get [DIVERGENCE_ERROR](): true {
    return true;
  }
}
