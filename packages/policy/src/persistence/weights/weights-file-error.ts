import { type ErrorRecognizer, FileError, type FileFault, recognizerOf } from '@ialp/core';

/**
 * What is wrong with a file of weights: it could not be read or written (`system`); it is no safetensors file, or breaks
 * that format's rules (`format`); bytes are missing (`cut`) or differ from those that were written (`damaged`); it holds
 * what this version does not read (`unsupported`), numbers that are not finite (`not-finite`), or weights for other
 * items (`catalogue`).
 */
export type WeightsFileProblem = 'system' | 'format' | 'cut' | 'damaged' | 'unsupported' | 'not-finite' | 'catalogue';

/** What is wrong with a file of weights, and how to fix it. `file` is its path, or what the caller called the bytes. */
export interface WeightsFileFault extends FileFault {
  readonly problem: WeightsFileProblem;
}

/** A file of weights could not be written, or holds no weights that could be used. Nothing of it was taken. */
export class WeightsFileError extends FileError implements WeightsFileFault {
  static override readonly isInstance: ErrorRecognizer<WeightsFileError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.weights-file',
  );
  override name = 'WeightsFileError';
  readonly problem: WeightsFileProblem;

  constructor(fault: WeightsFileFault, options?: ErrorOptions) {
    super(fault, options);
    this.problem = fault.problem;
  }
}
