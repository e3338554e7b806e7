const MARKER: unique symbol = Symbol.for('ialp.adaptive.error') as never;

/** The base of every error that `@ialp/adaptive` throws on purpose. */
export class AdaptiveError extends Error {
  override name = 'AdaptiveError';
  readonly [MARKER] = true;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is AdaptiveError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}

/** An option is missing or out of range. */
export class InvalidOptionError extends AdaptiveError {
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

/** A checkpoint is of something else. */
export class CheckpointError extends AdaptiveError {
  override name = 'CheckpointError';
}

/** A gate gave a weight that is no share. */
export class GateError extends AdaptiveError {
  override name = 'GateError';
  readonly session: number;

  constructor(session: number, found: number) {
    super(`weights[${session}]: expected a number from 0 to 1 from the gate; found ${found}.`);
    this.session = session;
  }
}
