const MARKER: unique symbol = Symbol.for('ialp.env.error') as never;

/** The base of every error that `@ialp/env` throws on purpose. */
export class EnvError extends Error {
  override name = 'EnvError';
  readonly [MARKER] = true;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is EnvError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}

/** An option is missing or out of range. */
export class InvalidOptionError extends EnvError {
  override name = 'InvalidOptionError';
  /** The option's name, as the caller wrote it. */
  readonly option: string;

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

  /** @param place index into the actions; with slates it is not the session's. */
  constructor(session: number, found: number, expected: string, place: number = session) {
    super(`actions[${place}]: expected ${expected}; found ${found}.`);
    this.session = session;
  }
}

/** A call came at the wrong time: a step before the first reset, or of a session that ended and was not reset. */
export class EnvironmentStateError extends EnvError {
  override name = 'EnvironmentStateError';
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
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
