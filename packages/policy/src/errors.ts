const MARKER: unique symbol = Symbol.for('ialp.policy.error') as never;

/** The base of every error that `@ialp/policy` throws on purpose. */
export class PolicyError extends Error {
  override name = 'PolicyError';
  readonly [MARKER] = true;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is PolicyError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}

/** An option or an argument is missing or out of range. */
export class InvalidOptionError extends PolicyError {
  override name = 'InvalidOptionError';
  /** The option's name, as the caller wrote it. */
  readonly option: string;

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

  constructor(what: string, found: number, expected: number) {
    super(`${what}: expected ${expected}; found ${found}.`);
  }
}

/** In some state nothing may be shown. */
export class NothingAllowedError extends PolicyError {
  override name = 'NothingAllowedError';

  constructor(session: number) {
    super(`The mask of session ${session} allows no item. End a session when nothing is left to show.`);
  }
}

/** A network was asked for what it has no head for. */
export class MissingHeadError extends PolicyError {
  override name = 'MissingHeadError';

  constructor(head: string, what: string) {
    super(`${what}: expected a network with the head '${head}'; found one without. Name it in the option 'heads'.`);
  }
}

/** Weights do not fit the network. */
export class WeightsError extends PolicyError {
  override name = 'WeightsError';
}

/** A checkpoint is of something else, or what is to be kept cannot be. */
export class CheckpointError extends PolicyError {
  override name = 'CheckpointError';
}

/** Training left the range of numbers: a reward, a propensity or the loss was not finite. */
export class DivergenceError extends PolicyError {
  override name = 'DivergenceError';
}
