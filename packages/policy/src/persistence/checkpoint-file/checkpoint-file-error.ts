import { type ErrorRecognizer, FileError, type FileFault, recognizerOf } from '@ialp/core';

/**
 * What is wrong with a file of a checkpoint: it could not be read or written (`system`); it is no such file (`format`);
 * bytes are missing or differ from those that were written (`damaged`); or another version wrote it (`unsupported`).
 */
export type CheckpointFileProblem = 'system' | 'format' | 'damaged' | 'unsupported';

/** What is wrong with a file of a checkpoint, and how to fix it. */
export interface CheckpointFileFault extends FileFault {
  readonly problem: CheckpointFileProblem;
}

/** A checkpoint could not be written to its file, or be read from it. */
export class CheckpointFileError extends FileError implements CheckpointFileFault {
  static override readonly isInstance: ErrorRecognizer<CheckpointFileError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.checkpoint-file',
  );
  override name = 'CheckpointFileError';
  readonly problem: CheckpointFileProblem;

  constructor(fault: CheckpointFileFault, options?: ErrorOptions) {
    super(fault, options);
    this.problem = fault.problem;
  }
}

/** An error of the file system. */
export function systemError(file: string, expected: string, cause: unknown): CheckpointFileError {
  // Without the call and its paths, of which one is a temporary file's: the cause has them.
  const found = (cause as Error).message.split(',')[0];
  return new CheckpointFileError({ file, problem: 'system', expected, found, remedy: '' }, { cause });
}
