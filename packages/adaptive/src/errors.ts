import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** A gate set a weight that is not a number from 0 to 1, or left one out. */
export class GateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<GateError> =
    /* @__PURE__ */ recognizerOf('ialp.adaptive.error.gate');
  override name = 'GateError';
  /** The first session with a wrong weight. */
  readonly session: number;

  /** @param found what was found, in words, and how to fix it. */
  constructor(session: number, found: string) {
    super(`weights[${session}]: expected a number from 0 to 1 from the gate; found ${found}.`);
    this.session = session;
  }
}
