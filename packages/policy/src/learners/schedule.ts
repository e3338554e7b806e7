import { checkInteger, checkNumber, checkObject, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../checks/options.js';

/** A setting that is constant, or a function of the interactions that the learner has learned from so far. */
export type Schedule = number | ((interactions: number) => number);

/** Options of `createLinearSchedule`. */
export interface LinearScheduleOptions {
  /** Value at the start; at least 0. */
  readonly from: number;
  /** Value from `interactions` on; at least 0. */
  readonly to: number;
  /** Interactions over which it changes. At least 1. */
  readonly interactions: number;
}

/**
 * A schedule that changes linearly from one value to another and then stays there: `learningRate: createLinearSchedule({ from: 0.006, to:
 * 0.001, interactions: 100_000 })`.
 * @throws {InvalidOptionError}
 */
export function createLinearSchedule(options: LinearScheduleOptions): (interactions: number) => number {
  checkOptions(options, '{ from: 0.006, to: 0.001, interactions: 100_000 }');
  checkObject('options', options, 'an object, such as { from: 0.006, to: 0.001, interactions: 100_000 }');
  checkOptionNames(options, ['from', 'to', 'interactions']);
  const { from, to, interactions } = options;
  for (const [option, value] of Object.entries({ from, to })) checkNumber(option, value, 0);
  checkInteger('interactions', interactions, 1);
  return (seen) => from + (to - from) * Math.min(1, seen / interactions);
}

/** Throws unless an option is a number of at least 0, or a function. @throws {InvalidOptionError} */
export function checkSchedule(option: string, schedule: Schedule): void {
  if (typeof schedule !== 'function') checkNumber(option, schedule, 0);
}

/** The value of a schedule. @throws {InvalidOptionError} if its function does not return a number of at least 0. */
export function valueAt(option: string, schedule: Schedule, interactions: number): number {
  if (typeof schedule !== 'function') return schedule;
  const value: unknown = schedule(interactions);
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidOptionError(`${option}(${interactions})`, value, 'a number of at least 0');
}
