import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { SkippedBackend } from './tensorflow.js';

/** TensorFlow.js or the requested backend cannot be loaded. The message says what to install. */
export class BackendError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<BackendError> =
    /* @__PURE__ */ recognizerOf('ialp.policy.error.backend');
  override name = 'BackendError';
  /** Each backend, and why it is not in use. */
  readonly skipped: readonly SkippedBackend[];

  constructor(asked: string, install: string, skipped: readonly SkippedBackend[]) {
    const reasons = skipped.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
    super(`backend: expected ${asked} to load; found ${reasons}. Install it: npm install ${install}`);
    this.skipped = skipped;
  }
}
