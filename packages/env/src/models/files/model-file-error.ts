import { type ErrorRecognizer, FileError, recognizerOf } from '@ialp/core';

/** A model could not be written, or its file holds none that could be used. */
export class ModelFileError extends FileError {
  static override readonly isInstance: ErrorRecognizer<ModelFileError> =
    /* @__PURE__ */ recognizerOf('ialp.env.error.model-file');
  override name = 'ModelFileError';
}
