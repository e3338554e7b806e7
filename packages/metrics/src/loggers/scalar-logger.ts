import { checkInteger } from '@ialp/core';

/** Logs scalars during training or deployment. */
export interface ScalarLogger {
  /**
   * Logs the values of a step by name, for example `{ 'reward/session': 7.2, weight: 0.8 }`. They are in the file when
   * this returns.
   * @param step number of interactions so far, or another counter.
   * @throws {InvalidOptionError} if the step is not an integer of at least 0, or the logger is closed. File system
   *   errors are thrown unchanged.
   */
  log(step: number, values: Readonly<Record<string, number>>): void;
  /** Closes the logger. May be called twice. */
  close(): void;
}

/** Options of the loggers. */
export interface LoggerOptions {
  /** Returns the time that is logged with each step, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A logger that discards everything. */
export function createNoLogger(): ScalarLogger {
  return { log: (step) => checkStep(step), close: () => {} };
}

/** @throws {InvalidOptionError} if the step is not an integer of at least 0. */
export function checkStep(step: number): void {
  checkInteger('step', step, 0);
}
