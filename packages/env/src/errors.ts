import { hasMarker } from './has-marker.js';

const MARKER: unique symbol = Symbol.for('ialp.env.error') as never;
const INVALID_OPTION_ERROR: unique symbol = Symbol.for('ialp.env.error.InvalidOptionError') as never;
const INVALID_REWARD_ERROR: unique symbol = Symbol.for('ialp.env.error.InvalidRewardError') as never;
const INVALID_ACTION_ERROR: unique symbol = Symbol.for('ialp.env.error.InvalidActionError') as never;
const ENVIRONMENT_STATE_ERROR: unique symbol = Symbol.for('ialp.env.error.EnvironmentStateError') as never;
const DATASET_ERROR: unique symbol = Symbol.for('ialp.env.error.DatasetError') as never;
const MISSING_PACKAGE_ERROR: unique symbol = Symbol.for('ialp.env.error.MissingPackageError') as never;

/** The base of every error that `@ialp/env` throws on purpose. */
export class EnvError extends Error {
  override name = 'EnvError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is EnvError {
    return hasMarker(value, MARKER);
  }

  /** @internal */
  get [MARKER](): true {
    return true;
  }
}

/** An option is missing or out of range. */
export class InvalidOptionError extends EnvError {
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
    super(`${option}: expected ${expected}; found ${show(found)}.`);
    this.option = option;
  }
}

/** An action names an item that does not exist or may not be shown. */
export class InvalidActionError extends EnvError {
  override name = 'InvalidActionError';
  /** The session whose action is wrong. */
  readonly session: number;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidActionError {
    return hasMarker(value, INVALID_ACTION_ERROR);
  }

  /** @internal */
  get [INVALID_ACTION_ERROR](): true {
    return true;
  }

  /** @param place index into the actions; with slates it is not the session's. */
  constructor(session: number, found: number, expected: string, place: number = session) {
    super(`actions[${place}]: expected ${expected}; found ${show(found)}.`);
    this.session = session;
  }
}

/** A response model, or a reward function, gave a reward outside the range that it promises. */
export class InvalidRewardError extends EnvError {
  override name = 'InvalidRewardError';
  /** The session whose reward it is. */
  readonly session: number;
  /** The item that was shown; of a slate, the one that the reward is for. */
  readonly item: number;
  readonly reward: number;
  readonly rewardRange: readonly [minimum: number, maximum: number];

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidRewardError {
    return hasMarker(value, INVALID_REWARD_ERROR);
  }

  /** @internal */
  get [INVALID_REWARD_ERROR](): true {
    return true;
  }

  constructor(session: number, item: number, reward: number, rewardRange: readonly [number, number]) {
    const [least, greatest] = rewardRange;
    super(
      `reward of session ${session} for item ${item}: expected a number from ${least} to ${greatest}, as rewardRange says; ` +
        `found ${reward}. Correct rewardRange or the reward.`,
    );
    this.session = session;
    this.item = item;
    this.reward = reward;
    this.rewardRange = rewardRange;
  }
}

/** A call came at the wrong time: a step before the first reset, or of a session that ended and was not reset. */
export class EnvironmentStateError extends EnvError {
  override name = 'EnvironmentStateError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is EnvironmentStateError {
    return hasMarker(value, ENVIRONMENT_STATE_ERROR);
  }

  /** @internal */
  get [ENVIRONMENT_STATE_ERROR](): true {
    return true;
  }
}

/** Where a data set is damaged, and how to mend it. */
export interface DatasetFault {
  /** Path of the file or folder. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  /** What the user can do. */
  readonly remedy: string;
}

/** A data set is missing, damaged or unknown. The message names the file, the line and the mend. */
export class DatasetError extends EnvError implements DatasetFault {
  override name = 'DatasetError';
  readonly file: string;
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is DatasetError {
    return hasMarker(value, DATASET_ERROR);
  }

  /** @internal */
  get [DATASET_ERROR](): true {
    return true;
  }

  constructor(fault: DatasetFault, options?: ErrorOptions) {
    const place = fault.line === undefined ? fault.file : `${fault.file}, line ${fault.line}`;
    super(`${place}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`, options);
    this.file = fault.file;
    if (fault.line !== undefined) this.line = fault.line;
    this.found = fault.found;
    this.expected = fault.expected;
    this.remedy = fault.remedy;
  }
}

/** An optional package that a feature reads is not installed. */
export class MissingPackageError extends EnvError {
  override name = 'MissingPackageError';
  readonly packageName: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is MissingPackageError {
    return hasMarker(value, MISSING_PACKAGE_ERROR);
  }

  /** @internal */
  get [MISSING_PACKAGE_ERROR](): true {
    return true;
  }

  constructor(packageName: string, feature: string, options?: ErrorOptions) {
    super(
      `${feature} needs the package ${packageName}, which is not installed. Run: npm install ${packageName}`,
      options,
    );
    this.packageName = packageName;
  }
}

/** A value as it is shown in a message: short, and strings in quotes. */
export function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'then' in value) return 'a promise: await it';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
