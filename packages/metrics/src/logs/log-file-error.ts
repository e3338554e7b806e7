import { MetricsError } from '../errors.js';

/** A file is not what it should be. */
export class LogFileError extends MetricsError {
  override name = 'LogFileError';
  readonly file: string;
  /** Line of a text file or row of a table, from 1; absent where the whole file is wrong. */
  readonly line?: number;

  constructor(
    { file, line, found, expected }: { file: string; line?: number; found: string; expected: string },
    options?: ErrorOptions,
  ) {
    super(`${file}${line === undefined ? '' : `:${line}`}: expected ${expected}; found ${found}.`, options);
    this.file = file;
    if (line !== undefined) this.line = line;
  }
}
