import { FileError, type FileFault } from '../errors/file-error.js';

/** Options of all file readers. */
export interface FileOptions {
  /** Sentence for the message that says how to fix a missing or damaged file. Default: empty. */
  readonly remedy?: string;
  /** Creates the error, for packages with their own error class. Default: a `FileError`. */
  readonly createError?: (fault: FileFault, options?: ErrorOptions) => Error;
}

/** Creates the error for a fault. A remedy of the fault replaces that of the options. */
export function faultOf(
  file: string,
  fault: { line?: number; found: string; expected: string; remedy?: string },
  { remedy = '', createError = (fault, options) => new FileError(fault, options) }: FileOptions,
  options?: ErrorOptions,
): Error {
  return createError({ file, remedy, ...fault }, options);
}
