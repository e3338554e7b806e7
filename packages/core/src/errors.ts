const CORE: unique symbol = Symbol.for('ialp.core.error') as never;
const FILE: unique symbol = Symbol.for('ialp.core.error.file') as never;
const MISSING_PACKAGE: unique symbol = Symbol.for('ialp.core.error.missing-package') as never;

/** The base of every error that `@ialp/core` throws on purpose. */
export class CoreError extends Error {
  override name = 'CoreError';

  /** Like `instanceof`, and also true for errors of another copy of this package. */
  static isInstance(value: unknown): value is CoreError {
    return hasMarker(value, CORE);
  }

  /** @internal */
  get [CORE](): true {
    return true;
  }
}

/** Where a file is wrong, and what to do about it. */
export interface FileFault {
  /** Path of the file, as the caller wrote it. */
  readonly file: string;
  /** Line of a text file or row of a table, from 1. Absent if the whole file is wrong. */
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  /** What the reader of the message can do: one or more sentences, or empty. */
  readonly remedy: string;
}

/** A file cannot be read, or is not what it should be. The message names the file, the line and the remedy. */
export class FileError extends CoreError implements FileFault {
  override name = 'FileError';
  readonly file: string;
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  /** Like `instanceof`, and also true for errors of another copy of this package. */
  static override isInstance(value: unknown): value is FileError {
    return hasMarker(value, FILE);
  }

  /** @internal */
  get [FILE](): true {
    return true;
  }

  constructor({ file, line, found, expected, remedy }: FileFault, options?: ErrorOptions) {
    const place = line === undefined ? file : `${file}, line ${line}`;
    super(`${place}: expected ${expected}; found ${found}.${remedy === '' ? '' : ` ${remedy}`}`, options);
    this.file = file;
    if (line !== undefined) this.line = line;
    this.found = found;
    this.expected = expected;
    this.remedy = remedy;
  }
}

/** An optional package that a feature needs is not installed. */
export class MissingPackageError extends CoreError {
  override name = 'MissingPackageError';
  readonly packageName: string;

  /** Like `instanceof`, and also true for errors of another copy of this package. */
  static override isInstance(value: unknown): value is MissingPackageError {
    return hasMarker(value, MISSING_PACKAGE);
  }

  /** @internal */
  get [MISSING_PACKAGE](): true {
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

function hasMarker(value: unknown, marker: symbol): boolean {
  return typeof value === 'object' && value !== null && marker in value;
}
