import { PolicyError } from '../errors.js';
import { hasMarker } from '../has-marker.js';
import type { SkippedBackend } from './tensorflow.js';

const BACKEND_ERROR: unique symbol = Symbol.for('ialp.policy.error.BackendError') as never;

/** TensorFlow.js, or the backend that was asked for, could not be loaded. The message says what to install. */
export class BackendError extends PolicyError {
  override name = 'BackendError';
  /** Each backend, and why it was not taken. */
  readonly skipped: readonly SkippedBackend[];

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is BackendError {
    return hasMarker(value, BACKEND_ERROR);
  }

  /** @internal */
  get [BACKEND_ERROR](): true {
    return true;
  }

  constructor(asked: string, install: string, skipped: readonly SkippedBackend[]) {
    const reasons = skipped.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
    super(`backend: expected ${asked} to load; found ${reasons}. Install it: npm install ${install}`);
    this.skipped = skipped;
  }
}
