import { PolicyError } from '../errors.js';

/**
 * What is wrong with a file of a checkpoint: it could not be read or written (`system`); it is no such file (`format`);
 * bytes are missing or differ from those that were written (`damaged`); or another version wrote it (`unsupported`).
 */
export type CheckpointFileProblem = 'system' | 'format' | 'damaged' | 'unsupported';

/** A checkpoint could not be written to its file, or be read from it. */
export class CheckpointFileError extends PolicyError {
  override name = 'CheckpointFileError';
  /** The file's path. */
  readonly file: string;
  readonly problem: CheckpointFileProblem;

  constructor(file: string, problem: CheckpointFileProblem, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options);
    this.file = file;
    this.problem = problem;
  }
}

/** An error of the file system. */
export function systemError(file: string, expected: string, cause: unknown): CheckpointFileError {
  // Without the call and its paths, of which one is a temporary file's: the cause has them.
  const found = (cause as Error).message.split(',')[0];
  return new CheckpointFileError(file, 'system', `expected ${expected}; found ${found}.`, { cause });
}
