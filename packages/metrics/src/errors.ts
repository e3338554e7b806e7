import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** A log is invalid: the message names the column, the row, what was found and what was expected. */
export class InvalidLogError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<InvalidLogError> = /* @__PURE__ */ recognizerOf(
    'ialp.metrics.error.invalid-log',
  );
  override name = 'InvalidLogError';
  /** Name of the invalid column. */
  readonly column: string;
  /** Row of the log, from 0; absent if the whole column is invalid. */
  readonly row?: number;

  constructor(column: string, row: number | undefined, found: unknown, expected: string) {
    super(`log.${column}${row === undefined ? '' : `[${row}]`}: expected ${expected}; found ${String(found)}.`);
    this.column = column;
    if (row !== undefined) this.row = row;
  }
}
