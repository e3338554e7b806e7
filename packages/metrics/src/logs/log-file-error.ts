import { MetricsError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const LOG_FILE_ERROR: unique symbol = Symbol.for('ialp.metrics.error.LogFileError') as never;

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

  constructor(
    { file, line, found, expected }: { file: string; line?: number; found: string; expected: string },
    options?: ErrorOptions,
  ) {
    super(`${file}${line === undefined ? '' : `:${line}`}: expected ${expected}; found ${found}.`, options);
    this.file = file;
    if (line !== undefined) this.line = line;
  }
}
