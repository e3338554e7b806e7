import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** A gate set a weight that is not a number from 0 to 1, or left one out. */
export class GateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<GateError> =
    /* @__PURE__ */ recognizerOf('ialp.adaptive.error.gate');
  override name = 'GateError';
  /** The first row with a wrong weight. */
  readonly row: number;

  /** @param found what was found, in words, and how to fix it. */
  constructor(row: number, found: string) {
    super(`weights[${row}]: expected a number from 0 to 1 from the gate; found ${found}.`);
    this.row = row;
  }
}
