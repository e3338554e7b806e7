import { IalpError } from '@ialp/core';
import { hasMarker } from '../has-marker.js';

const MODEL_FILE_ERROR: unique symbol = Symbol.for('ialp.env.error.ModelFileError') as never;

/** Where a model's file is wrong, and how to mend it. */
export interface ModelFileFault {
  /** The file's path. */
  readonly file: string;
  readonly found: string;
  readonly expected: string;
  /** What the user can do. */
  readonly remedy: string;
}

/** A model could not be written, or its file holds none that could be used. */
export class ModelFileError extends IalpError implements ModelFileFault {
  override name = 'ModelFileError';
  readonly file: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is ModelFileError {
    return hasMarker(value, MODEL_FILE_ERROR);
  }

  /** @internal */
  get [MODEL_FILE_ERROR](): true {
    return true;
  }

  constructor(fault: ModelFileFault, options?: ErrorOptions) {
    super(`${fault.file}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`, options);
    this.file = fault.file;
    this.found = fault.found;
    this.expected = fault.expected;
    this.remedy = fault.remedy;
  }
}
