const MARKER: unique symbol = Symbol.for('ialp.metrics.error') as never;

/** The base of every error that `@ialp/metrics` throws on purpose. */
export class MetricsError extends Error {
  override name = 'MetricsError';
  readonly [MARKER] = true;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is MetricsError {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}

/** A log is not one that can be judged. */
export class InvalidLogError extends MetricsError {
  override name = 'InvalidLogError';
  readonly column: string;
  /** Row of the log, from 0; absent where the whole column is wrong. */
  readonly row?: number;

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

  constructor(option: string, found: unknown, expected: string) {
    super(
      `${option}: expected ${expected}; found ${typeof found === 'string' ? JSON.stringify(found) : String(found)}.`,
    );
    this.option = option;
  }
}

/** An optional package that a feature draws with is not installed. */
export class MissingPackageError extends MetricsError {
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
