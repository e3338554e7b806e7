import { type ErrorRecognizer, FileError, type FileFault, recognizerOf } from '@ialp/core';

/** Where a file is invalid, and how to fix it. */
export interface LogFileFault extends Omit<FileFault, 'remedy'> {
  /** How to fix it. */
  readonly remedy?: string;
}

/** A log file cannot be read or its content is invalid. The message names the file, the line and the remedy. */
export class LogFileError extends FileError {
  static override readonly isInstance: ErrorRecognizer<LogFileError> =
    /* @__PURE__ */ recognizerOf('ialp.metrics.error.log-file');
  override name = 'LogFileError';

  constructor(fault: LogFileFault, options?: ErrorOptions) {
    super({ remedy: '', ...fault }, options);
  }
}

/** The error factory for the readers of `@ialp/core`. */
export function createLogFileError(fault: FileFault, options?: ErrorOptions): LogFileError {
  return new LogFileError(fault, options);
}
