import { EnvError } from '../errors.js';

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
export class ModelFileError extends EnvError implements ModelFileFault {
  override name = 'ModelFileError';
  readonly file: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  constructor(fault: ModelFileFault, options?: ErrorOptions) {
    super(`${fault.file}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`, options);
    this.file = fault.file;
    this.found = fault.found;
    this.expected = fault.expected;
    this.remedy = fault.remedy;
  }
}
