import { checkInteger, checkNumber, checkOptionNames } from '@ialp/core';
import type { ReadEventsOptions } from './event-log.js';

/** Events that `EventLog.read` returns at most, unless the caller says how many. */
export const DEFAULT_MAX_EVENTS = 1000;

/** The longest delay of a timer. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Checks the options of `EventLog.read`, for drivers. @throws {InvalidOptionError} */
export function checkReadOptions(options: ReadEventsOptions): void {
  checkOptionNames(options, ['after', 'maxEvents', 'waitMs', 'signal']);
  const { maxEvents = DEFAULT_MAX_EVENTS, waitMs = 0 } = options;
  checkInteger('maxEvents', maxEvents, 1);
  checkNumber('waitMs', waitMs, 0, LONGEST_WAIT_MS);
}
