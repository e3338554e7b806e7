import { hasMarker } from './has-marker.js';

const MARKER: unique symbol = Symbol.for('ialp.metrics.error') as never;
const INVALID_LOG_ERROR: unique symbol = Symbol.for('ialp.metrics.error.InvalidLogError') as never;
const INVALID_OPTION_ERROR: unique symbol = Symbol.for('ialp.metrics.error.InvalidOptionError') as never;
const MISSING_PACKAGE_ERROR: unique symbol = Symbol.for('ialp.metrics.error.MissingPackageError') as never;

/** The base of every error that `@ialp/metrics` throws on purpose. */
export class MetricsError extends Error {
  override name = 'MetricsError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is MetricsError {
    return hasMarker(value, MARKER);
  }

  /** @internal */
  get [MARKER](): true {
    return true;
  }
}

/** A log is not one that can be judged. */
export class InvalidLogError extends MetricsError {
  override name = 'InvalidLogError';
  readonly column: string;
  /** Row of the log, from 0; absent where the whole column is wrong. */
  readonly row?: number;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidLogError {
    return hasMarker(value, INVALID_LOG_ERROR);
  }

  /** @internal */
  get [INVALID_LOG_ERROR](): true {
    return true;
  }

  constructor(column: string, row: number | undefined, found: unknown, expected: string) {
    super(`log.${column}${row === undefined ? '' : `[${row}]`}: expected ${expected}; found ${String(found)}.`);
    this.column = column;
    if (row !== undefined) this.row = row;
  }
}

/** An option or a list of values is out of range. */
export class InvalidOptionError extends MetricsError {
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

/** A value as a message shows it. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null && 'then' in value ? 'a promise: await it' : String(value);
}

/** An optional package that a feature draws with is not installed. */
export class MissingPackageError extends MetricsError {
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
