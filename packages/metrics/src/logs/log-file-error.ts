import { MetricsError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const LOG_FILE_ERROR: unique symbol = Symbol.for('ialp.metrics.error.LogFileError') as never;

/** Where a file is wrong, and what to do about it. */
export interface LogFileFault {
  readonly file: string;
  /** Line of a text file or row of a table, from 1. Absent if the whole file is wrong. */
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  /** What the user can do. */
  readonly remedy?: string;
}

/** A file is not what it should be. */
export class LogFileError extends MetricsError {
  override name = 'LogFileError';
  readonly file: string;
  /** Line of a text file or row of a table, from 1; absent where the whole file is wrong. */
  readonly line?: number;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is LogFileError {
    return hasMarker(value, LOG_FILE_ERROR);
  }

  /** @internal */
  get [LOG_FILE_ERROR](): true {
    return true;
  }

  constructor({ file, line, found, expected, remedy = '' }: LogFileFault, options?: ErrorOptions) {
    const place = line === undefined ? file : `${file}:${line}`;
    super(`${place}: expected ${expected}; found ${found}.${remedy === '' ? '' : ` ${remedy}`}`, options);
    this.file = file;
    if (line !== undefined) this.line = line;
  }
}

/** For the readers of `@ialp/core`. */
export function createLogFileError(fault: LogFileFault, options?: ErrorOptions): LogFileError {
  return new LogFileError(fault, options);
}
