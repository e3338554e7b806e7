import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** A mistake in the command line or in a file that it names. */
export class UsageError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<UsageError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.usage');
  override name = 'UsageError';
}
