import { checkInteger } from '@ialp/core';

/** Keeps numbers as they come, while something trains or is deployed. */
export interface ScalarLogger {
  /**
   * Numbers of a step by name, for example `{ 'reward/session': 7.2, weight: 0.8 }`. They are in the file when this returns.
   * @param step interactions so far, or whatever counts.
   * @throws {InvalidOptionError} for a step that is no integer from 0 on, or a logger that was closed; errors of the file system as they are.
   */
  log(step: number, values: Readonly<Record<string, number>>): void;
  /** Nothing more will come. May be called twice. */
  close(): void;
}

/** Options of loggers that write. */
export interface LoggerOptions {
  /** The time that is written beside each step, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A logger that keeps nothing, for those who do not ask for one. */
export function createNoLogger(): ScalarLogger {
  return { log: (step) => checkStep(step), close: () => {} };
}

/** @throws {InvalidOptionError} */
export function checkStep(step: number): void {
  checkInteger('step', step, 0);
}
