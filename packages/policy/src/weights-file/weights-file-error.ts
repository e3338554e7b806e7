import { PolicyError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const WEIGHTS_FILE_ERROR: unique symbol = Symbol.for('ialp.policy.error.WeightsFileError') as never;

/**
 * What is wrong with a file of weights: it could not be read or written (`system`); it is no safetensors file, or breaks
 * that format's rules (`format`); bytes are missing (`cut`) or differ from those that were written (`damaged`); it holds
 * what this version does not read (`unsupported`), numbers that are none (`not-finite`), or weights for other items
 * (`catalogue`).
 */
export type WeightsFileProblem = 'system' | 'format' | 'cut' | 'damaged' | 'unsupported' | 'not-finite' | 'catalogue';

/** Where a file of weights is wrong, and how to mend it. */
export interface WeightsFileFault {
  /** The file's path, or what the caller called the bytes. */
  readonly file: string;
  readonly problem: WeightsFileProblem;
  readonly found: string;
  readonly expected: string;
  /** What the user can do. */
  readonly remedy: string;
}

/** A file of weights could not be written, or holds no weights that could be used. Nothing of it was taken. */
export class WeightsFileError extends PolicyError implements WeightsFileFault {
  override name = 'WeightsFileError';
  readonly file: string;
  readonly problem: WeightsFileProblem;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is WeightsFileError {
    return hasMarker(value, WEIGHTS_FILE_ERROR);
  }

  /** @internal */
  get [WEIGHTS_FILE_ERROR](): true {
    return true;
  }

  constructor(fault: WeightsFileFault, options?: ErrorOptions) {
    super(`${fault.file}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`, options);
    this.file = fault.file;
    this.problem = fault.problem;
    this.found = fault.found;
    this.expected = fault.expected;
    this.remedy = fault.remedy;
  }
}
