import { checkInteger, checkObject } from '../checks/options.js';
import { counted, described, InvalidOptionError } from '../errors/invalid-option-error.js';
import type { LoggedInteractions, LogHeader, StoredLog } from './interaction-log.js';

/** One row of a log. */
export interface LogRow {
  readonly session: number;
  readonly turn: number;
  readonly position: number;
  readonly item: number;
  readonly reward: number;
  /** Undefined if unknown. */
  readonly propensity: number | undefined;
  readonly terminated: number;
  readonly truncated: number;
}

/** Why a row is invalid. */
export interface RowFault {
  readonly found: string;
  readonly expected: string;
}

/** Checks the rows of a log, one after the other. */
export class LogRules {
  readonly #header: LogHeader;
  /** `[sessions]` number of rows so far, and whether the session has ended. */
  readonly #shown: number[] = [];
  readonly #ended: boolean[] = [];
  #withPropensity: boolean | undefined;

  constructor(header: LogHeader) {
    this.#header = header;
  }

  /** Checks the next row. @returns why it is invalid, or undefined if it is valid. */
  next(row: LogRow): RowFault | undefined {
    const fault = this.#place(row) ?? this.#values(row);
    if (fault !== undefined) return fault;
    const { session, position, terminated, truncated } = row;
    this.#shown[session]++;
    this.#withPropensity = row.propensity !== undefined;
    if (position === this.#header.slateSize - 1) this.#ended[session] = terminated === 1 || truncated === 1;
    return undefined;
  }

  #place({ session, turn, position }: LogRow): RowFault | undefined {
    const begun = this.#shown.length;
    if (!(Number.isInteger(session) && session >= 0 && session <= begun)) {
      return {
        found: `session ${session}`,
        expected: `${begun === 0 ? 'session 0' : `a session from 0 to ${begun}`}: number sessions from 0 in the order in which they start`,
      };
    }
    if (session === begun) {
      this.#shown.push(0);
      this.#ended.push(false);
    }
    if (this.#ended[session])
      return {
        found: `a row of session ${session}, which has ended`,
        expected: 'a row of a session that has not ended',
      };
    const { slateSize } = this.#header;
    const [nextTurn, nextPosition] = [Math.floor(this.#shown[session] / slateSize), this.#shown[session] % slateSize];
    if (turn === nextTurn && position === nextPosition) return undefined;
    return {
      found: `turn ${turn}, position ${position}`,
      expected: `turn ${nextTurn}, position ${nextPosition} of session ${session}`,
    };
  }

  #values({ item, reward, propensity, terminated, truncated }: LogRow): RowFault | undefined {
    const { items } = this.#header;
    if (!(Number.isInteger(item) && item >= 0 && item < items)) {
      return { found: `item ${item}`, expected: `an item index from 0 to ${items - 1}` };
    }
    if (!Number.isFinite(reward)) return { found: `a reward of ${reward}`, expected: 'a finite number' };
    if (propensity !== undefined && !(propensity > 0 && propensity <= 1)) {
      return { found: `a propensity of ${propensity}`, expected: 'a number above 0 and at most 1' };
    }
    if (this.#withPropensity !== undefined && this.#withPropensity !== (propensity !== undefined)) {
      const found = propensity === undefined ? 'no propensity' : 'a propensity';
      return { found, expected: 'the same as in the rows before: all rows have a propensity, or none' };
    }
    const flags = [terminated, truncated];
    if (flags.every((flag) => flag === 0 || flag === 1) && terminated + truncated < 2) return undefined;
    return { found: `terminated ${terminated}, truncated ${truncated}`, expected: '0 or 1, and not both 1' };
  }
}

/**
 * Checks a header.
 * @throws {InvalidOptionError} that names the invalid field.
 */
export function checkHeader(header: LogHeader): void {
  checkObject('header', header, 'an object with environment, items, slateSize and historyLength');
  const { environment, items, slateSize, historyLength, itemIds } = header;
  if (typeof environment !== 'string') throw new InvalidOptionError('header.environment', environment, 'a string');
  for (const [field, value] of Object.entries({ items, slateSize, historyLength }))
    checkInteger(`header.${field}`, value, 1);
  if (itemIds !== undefined && itemIds.length !== items) {
    throw new InvalidOptionError(
      'header.itemIds',
      described(counted(itemIds.length, 'id')),
      `${counted(items, 'id')}, one per item`,
    );
  }
}

/** Row `k` of a log. */
export function rowOf(log: LoggedInteractions, k: number): LogRow {
  return {
    session: log.session[k],
    turn: log.turn[k],
    position: log.position[k],
    item: log.item[k],
    reward: log.reward[k],
    propensity: log.propensity?.[k],
    terminated: log.terminated[k],
    truncated: log.truncated[k],
  };
}

const STORED = 'an object with a header and a log, such as { header: { environment, items, ... }, log }';

/**
 * Checks a whole log with its header.
 * @throws {InvalidOptionError} that names the invalid row or field.
 */
export function checkStoredLog(stored: StoredLog): void {
  checkObject('stored', stored, STORED);
  if (!('header' in stored)) throw new InvalidOptionError('stored', stored, STORED);
  checkLog(stored.log, stored.header);
}

/**
 * Checks a whole log.
 * @throws {InvalidOptionError} that names the invalid row or field.
 */
export function checkLog(log: LoggedInteractions, header: LogHeader): void {
  checkHeader(header);
  checkObject('log', log, 'an object with columns');
  if (log.session === undefined) throw new InvalidOptionError('log.session', undefined, 'a column');
  const { length } = log.session;
  for (const [name, column] of Object.entries(log) as [string, ArrayLike<number>][]) {
    if (column.length !== length)
      throw new InvalidOptionError(
        `log.${name}`,
        described(counted(column.length, 'value')),
        `${counted(length, 'value')}, like session`,
      );
  }
  const rules = new LogRules(header);
  for (let k = 0; k < length; k++) {
    const fault = rules.next(rowOf(log, k));
    if (fault !== undefined) throw new InvalidOptionError(`log, row ${k}`, described(fault.found), fault.expected);
  }
}
