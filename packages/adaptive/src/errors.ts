import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** A gate gave a weight that is not a number from 0 to 1, or none at all. */
export class GateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<GateError> =
    /* @__PURE__ */ recognizerOf('ialp.adaptive.error.gate');
  override name = 'GateError';
  /** The first session whose weight is wrong. */
  readonly session: number;

  /** @param found What was found in its place, in words, and what to do about it. */
  constructor(session: number, found: string) {
    super(`weights[${session}]: expected a number from 0 to 1 from the gate; found ${found}.`);
    this.session = session;
  }
}
