import { type ErrorRecognizer, FileError, recognizerOf } from '@ialp/core';

/** A model file could not be written, or does not contain a usable model. */
export class ModelFileError extends FileError {
  static override readonly isInstance: ErrorRecognizer<ModelFileError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.model-file');
  override name = 'ModelFileError';
}
