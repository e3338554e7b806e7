import { InvalidOptionError } from '@ialp/core';
import { InvalidLogError } from '../errors.js';
import { createIdCheck } from '../ids.js';

/** Options of `splitByTime`. */
export interface SplitByTimeOptions {
  /** Share of the sessions that go to the earlier part, rounded; at least one session goes to each. Above 0, below 1. Default 0.8. */
  readonly share?: number;
}

/** The two parts of a log, each with all of its columns. */
export interface TimeSplit<Log> {
  /** To learn from. */
  readonly earlier: Log;
  /** To judge by. */
  readonly later: Log;
}

type Column = { readonly length: number; readonly [row: number]: unknown };

/**
 * Splits a log by time: the sessions that began first, and those that began later. A session is never split, and every session
 * of the later part began no earlier than any of the earlier one; one that began before the cut may go on after it. A policy that
 * learned from the earlier part is judged by the later one: on its own log it looks better than it is.
 *
 * A log is an object with columns (arrays) of one length. The column `session`, or else `trajectory`, says to which session a row
 * belongs. With the column `time` (numbers of any unit; the readers of `logs` make numbers of dates) rows may stand in any order; without it they stand in the order in which
 * they happened. What is no column is in both parts as it is.
 *
 * Sessions that are numbers are numbered anew from 0 in each part, in the order in which they begin there, so that each is a log
 * of its own. Of a log of single decisions without sessions make each row a session: `session: rows.map((_, row) => row)`.
 * @throws {InvalidLogError} without such a column, for columns of different length, a time that is no number, or a session that is neither
 *   text nor a safe integer, or is text where others are numbers.
 * @throws {InvalidOptionError} for a share out of range, or fewer than two sessions.
 */
export function splitByTime<Log extends object>(log: Log, { share = 0.8 }: SplitByTimeOptions = {}): TimeSplit<Log> {
  if (!(typeof share === 'number' && share > 0 && share < 1)) {
    throw new InvalidOptionError('share', share, 'a number between 0 and 1');
  }
  const columns = new Map<string, Column>();
  for (const [name, value] of Object.entries(log)) if (isColumn(value)) columns.set(name, value);
  const [key, session] = sessionColumn(columns);
  for (const [name, { length }] of columns) {
    if (length !== session.length) {
      throw new InvalidLogError(name, undefined, `${length} rows`, `${session.length}, as ${key} has`);
    }
  }
  const check = createIdCheck(`${key}[0]`);
  for (let row = 0; row < session.length; row++) {
    const expected = check(session[row]);
    if (expected !== undefined) throw new InvalidLogError(key, row, session[row], expected);
  }
  const begin = sessionBegins(session, columns.get('time'));
  if (begin.size < 2) {
    throw new InvalidOptionError('log', `${begin.size} sessions`, 'at least two, one for each part');
  }
  // Maps iterate in the order of insertion, that of the rows, and sorting is stable: it decides between equal times.
  const order = [...begin].sort(([, a], [, b]) => a - b).map(([name]) => name);
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
  throw new InvalidLogError('session', undefined, names, 'a column session or trajectory, so that no session is split');
}

/** When each session began: its first time, or its first row. */
function sessionBegins(session: Column, time: Column | undefined): Map<unknown, number> {
  const begin = new Map<unknown, number>();
  for (let row = 0; row < session.length; row++) {
    const at = time === undefined ? row : time[row];
    if (typeof at !== 'number' || !Number.isFinite(at)) {
      throw new InvalidLogError('time', row, at, 'a finite number, such as milliseconds');
    }
    const before = begin.get(session[row]);
    if (before === undefined || at < before) begin.set(session[row], at);
  }
  return begin;
}

/** The values of some rows, in an array of the same kind. */
function take(column: Column, rows: readonly number[]): Column {
  if (Array.isArray(column)) return rows.map((row) => column[row]);
  const kind = column.constructor as new (length: number) => { [row: number]: unknown; readonly length: number };
  const taken = new kind(rows.length);
  for (const [k, row] of rows.entries()) taken[k] = column[row];
  return taken;
}

/** Numbers sessions from 0 as they begin; names that are text stay. */
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
