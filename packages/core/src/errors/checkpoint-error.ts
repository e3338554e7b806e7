import { IalpError } from './ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from './recognizer.js';

/** A checkpoint belongs to another object, or is damaged. */
export class CheckpointError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<CheckpointError> =
    /* @__PURE__ */ recognizerOf('ialp.error.checkpoint');
  override name = 'CheckpointError';
}
