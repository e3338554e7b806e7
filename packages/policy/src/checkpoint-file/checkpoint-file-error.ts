import { PolicyError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const CHECKPOINT_FILE_ERROR: unique symbol = Symbol.for('ialp.policy.error.CheckpointFileError') as never;

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

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is CheckpointFileError {
    return hasMarker(value, CHECKPOINT_FILE_ERROR);
  }

  /** @internal */
  get [CHECKPOINT_FILE_ERROR](): true {
    return true;
  }

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
