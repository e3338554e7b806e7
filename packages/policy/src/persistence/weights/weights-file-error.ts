import { type ErrorRecognizer, FileError, type FileFault, recognizerOf } from '@ialp/core';

/**
 * What is wrong with a weights file: it cannot be read or written (`system`); it is not a valid safetensors file (`format`); bytes
 * are missing (`cut`) or were changed (`damaged`); this version cannot read it (`unsupported`); weights are not finite
 * (`not-finite`), or are for another catalogue (`catalogue`).
 */
export type WeightsFileProblem = 'system' | 'format' | 'cut' | 'damaged' | 'unsupported' | 'not-finite' | 'catalogue';

/** What is wrong with a weights file, and how to fix it. `file` is its path, or the name given to the bytes. */
export interface WeightsFileFault extends FileFault {
  readonly problem: WeightsFileProblem;
}

/** A weights file cannot be written, or its weights cannot be used. */
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
