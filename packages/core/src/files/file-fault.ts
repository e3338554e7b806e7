import { FileError, type FileFault } from '../errors/file-error.js';

/** Options of everything that reads a file. */
export interface FileOptions {
  /** What the user can do if the file is missing or damaged: a sentence for the message. Default none. */
  readonly remedy?: string;
  /** Makes the error that is thrown, for packages with an error class of their own. Default: a `FileError`. */
  readonly createError?: (fault: FileFault, options?: ErrorOptions) => Error;
}

/** The error for a fault of a file. A remedy of the fault itself replaces the caller's. */
export function faultOf(
  file: string,
  fault: { line?: number; found: string; expected: string; remedy?: string },
  { remedy = '', createError = (fault, options) => new FileError(fault, options) }: FileOptions,
  options?: ErrorOptions,
): Error {
  return createError({ file, remedy, ...fault }, options);
}
