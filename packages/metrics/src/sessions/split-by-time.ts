import { checkObject, checkOptionNames, counted, described, InvalidOptionError } from '@ialp/core';
import { InvalidLogError } from '../errors.js';
import { createIdCheck } from '../ids.js';

/** Options of `splitByTime`. */
export interface SplitByTimeOptions {
  /**
   * Share of the sessions in the earlier part, rounded; each part gets at least one session. Above 0, below 1. Default
   * 0.8.
   */
  readonly share?: number;
}

/** The two parts of a log, each with all of its columns. */
export interface TimeSplit<Log> {
  /** For training. */
  readonly earlier: Log;
  /** For evaluation. */
  readonly later: Log;
}

type Column = { readonly length: number; readonly [row: number]: unknown };

/**
 * Splits a log by time into the sessions that started first and those that started later. Sessions are never split, so
 * one that started before the cut may continue after it. Evaluate a policy that was trained on the earlier part on the
 * later part: on its own training log it looks better than it is.
 *  A log is an object with columns (arrays) of equal length. The column `session`, or otherwise `trajectory`,
 * identifies the session of a row. With a column `time` (numbers of any unit; the readers of `@ialp/metrics/logs`
 * convert dates to numbers) rows may be in any order; without it they are in order of time. Properties that are not
 * columns are copied to both parts.
 *  Numeric sessions are renumbered from 0 in each part, in the order in which they start, so that each part is a valid
 * log. For a log of single decisions without sessions, make each row a session: `session: rows.map((_, row) => row)`.
 * @throws {InvalidLogError} if there is no session column, columns differ in length, a time is not a number, or a
 *   session is neither a string nor a safe integer, or a string where others are numbers.
 * @throws {InvalidOptionError} if the share is out of range, or there are fewer than two sessions.
 */
export function splitByTime<Log extends object>(log: Log, options: SplitByTimeOptions = {}): TimeSplit<Log> {
  checkObject('log', log, 'an object with columns');
  checkOptionNames(options, ['share']);
  const { share = 0.8 } = options;
  if (!(typeof share === 'number' && share > 0 && share < 1)) {
    throw new InvalidOptionError('share', share, 'a number between 0 and 1');
  }
  const columns = new Map<string, Column>();
  for (const [name, value] of Object.entries(log)) if (isColumn(value)) columns.set(name, value);
  const [key, session] = sessionColumn(columns);
  for (const [name, { length }] of columns) {
    if (length !== session.length) {
      throw new InvalidLogError(
        name,
        undefined,
        counted(length, 'value'),
        `${counted(session.length, 'value')}, like ${key}`,
      );
    }
  }
  const check = createIdCheck(`${key}[0]`);
  for (let row = 0; row < session.length; row++) {
    const expected = check(session[row]);
    if (expected !== undefined) throw new InvalidLogError(key, row, session[row], expected);
  }
  const starts = sessionStarts(session, columns.get('time'));
  if (starts.size < 2) {
    throw new InvalidOptionError(
      'log',
      described(counted(starts.size, 'session')),
      'at least two sessions, one for each part',
    );
  }
  // Maps iterate in insertion order, that of the rows, and sorting is stable: rows decide between equal times.
  const order = [...starts].sort(([, a], [, b]) => a - b).map(([name]) => name);
  const count = Math.min(order.length - 1, Math.max(1, Math.round(share * order.length)));
  const isEarlier = new Set(order.slice(0, count));
  const part = (earlier: boolean): Log => {
    const rows: number[] = [];
    for (let row = 0; row < session.length; row++) if (isEarlier.has(session[row]) === earlier) rows.push(row);
    const taken = [...columns].map(([name, column]) => [name, take(column, rows)] as const);
    const own = Object.fromEntries(taken);
    renumber(own[key]);
    return { ...log, ...own };
  };
  return { earlier: part(true), later: part(false) };
}

function isColumn(value: unknown): value is Column {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function sessionColumn(columns: ReadonlyMap<string, Column>): [string, Column] {
  for (const key of ['session', 'trajectory']) {
    const column = columns.get(key);
    if (column !== undefined) return [key, column];
  }
  const names = [...columns.keys()].join(', ') || 'no columns';
  throw new InvalidLogError('session', undefined, names, 'a column session or trajectory');
}

/** The start of each session: its first time, or its first row. */
function sessionStarts(session: Column, time: Column | undefined): Map<unknown, number> {
  const starts = new Map<unknown, number>();
  for (let row = 0; row < session.length; row++) {
    const at = time === undefined ? row : time[row];
    if (typeof at !== 'number' || !Number.isFinite(at)) {
      throw new InvalidLogError('time', row, at, 'a finite number, such as milliseconds');
    }
    const before = starts.get(session[row]);
    if (before === undefined || at < before) starts.set(session[row], at);
  }
  return starts;
}

/** The values of the given rows, in an array of the same type. */
function take(column: Column, rows: readonly number[]): Column {
  if (Array.isArray(column)) return rows.map((row) => column[row]);
  const kind = column.constructor as new (length: number) => { [row: number]: unknown; readonly length: number };
  const taken = new kind(rows.length);
  for (const [k, row] of rows.entries()) taken[k] = column[row];
  return taken;
}

/** Renumbers numeric sessions from 0 in order of appearance; string names stay. */
function renumber(session: { [row: number]: unknown; readonly length: number }): void {
  const numbers = new Map<unknown, number>();
  for (let row = 0; row < session.length; row++) {
    const name = session[row];
    if (typeof name !== 'number') continue;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    session[row] = number;
  }
}
