import { IalpError } from './ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from './recognizer.js';

/** What is invalid in a file, where, and how to fix it. */
export interface FileFault {
  /** Path of the file, as passed by the caller. */
  readonly file: string;
  /** Line of a text file or row of a table, from 1. Absent if the whole file is invalid. */
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  /** How to fix it: one or more sentences, or empty. */
  readonly remedy: string;
}

/** A file cannot be read, or its content is invalid. The message names the file, the line and the remedy. */
export class FileError extends IalpError implements FileFault {
  static override readonly isInstance: ErrorRecognizer<FileError> = /* @__PURE__ */ recognizerOf('ialp.error.file');
  override name = 'FileError';
  readonly file: string;
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

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
