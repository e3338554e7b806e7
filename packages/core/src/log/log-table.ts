import { show } from '../errors/show.js';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import { isExactColumn, isIdColumn, meaningOf, type ParsedTime, parseNumber, parseTime } from './table-columns.js';

/** A log as columns of numbers, as read from a file. */
export interface LogTable {
  readonly rows: number;
  /**
   * Columns of length `[rows]`. Booleans are 0 and 1. `reward`, `propensity`, `target`, `qHat`, `vHat`, `turn`,
   * `position`, `step`, `terminated` and `truncated` are numbers even if the file stores them as strings. So are `time`
   * and `timestamp`; ISO 8601 dates become milliseconds since 1970. Strings in other columns are numbered from 0 in
   * order of appearance; `labels` holds the strings.
   */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Strings of the columns whose numbers represent strings: `labels[name][k]` is the string with number `k`. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Metadata of the file, such as the header of an interaction log. Absent if it has none. */
  readonly header?: Readonly<Record<string, unknown>>;
  /**
   * Number of the incomplete line, if the reader was asked to drop it. The line was dropped, or is missing if a gzip
   * file ends after the line before it.
   */
  readonly dropped?: number;
}

/** Why a row is invalid. */
interface RowFault {
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
}

type Cell = number | bigint | boolean | string;

/** Columns that a row may omit where they are 0. */
const ZERO_BY_DEFAULT: ReadonlySet<string> = new Set(['terminated', 'truncated', 'position']);
/** Initial capacity in rows. */
const INITIAL_ROWS = 1024;

interface Column {
  values: Float64Array;
  /** Type of the cells; undefined in numeric columns, where strings are parsed as numbers. */
  readonly kind: 'number' | 'boolean' | 'text' | undefined;
  /** Number of each string. */
  readonly numbers: Map<string, number>;
  /** Form of the time in the first row. */
  readonly timeKind?: 'number' | 'date' | undefined;
}

/** Builds a table row by row; capacity doubles when it is full. */
export class LogTableBuilder {
  readonly #path: string;
  readonly #options: FileOptions;
  #rows = 0;
  #columns = new Map<string, Column>();

  /** @param path path of the file, for errors. @param options how to create errors. */
  constructor(path: string, options: FileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * Adds a row. The first row determines the columns; fields that are not a number, a boolean or a string are ignored.
   * @throws {FileError} that names the line, if the row does not match the columns.
   */
  append(fields: Readonly<Record<string, unknown>>, line: number): void {
    const fault = this.#add(fields);
    if (fault !== undefined) throw faultOf(this.#path, { line, ...fault }, this.#options);
  }

  #add(fields: Readonly<Record<string, unknown>>): RowFault | undefined {
    if (this.#rows === 0)
      for (const name in fields) if (isColumn(name, fields[name])) this.#addColumn(name, fields[name]);
    for (const name in fields) {
      if (this.#columns.has(name) || !isColumn(name, fields[name])) continue;
      if (!ZERO_BY_DEFAULT.has(name))
        return { found: `a field ${show(name)}`, expected: 'the fields of the first row' };
      this.#addColumn(name, fields[name]);
    }
    for (const [name, column] of this.#columns) {
      const value = Object.hasOwn(fields, name) || !ZERO_BY_DEFAULT.has(name) ? fields[name] : 0;
      const cell = cellNumber(value, name, column);
      if (typeof cell !== 'number') return cell;
      if (this.#rows === column.values.length) {
        const larger = new Float64Array(2 * column.values.length);
        larger.set(column.values);
        column.values = larger;
      }
      column.values[this.#rows] = cell;
    }
    this.#rows++;
    return undefined;
  }

  /** The rows so far. @throws {FileError} if there are no rows. */
  table(): Pick<LogTable, 'rows' | 'columns' | 'labels'> {
    if (this.#rows === 0) throw faultOf(this.#path, { found: 'none', expected: 'at least one row' }, this.#options);
    const columns = [...this.#columns].map(([name, { values }]) => [name, values.slice(0, this.#rows)] as const);
    const texts = [...this.#columns].filter(([, { kind }]) => kind === 'text');
    const labels = texts.map(([name, { numbers }]) => [name, [...numbers.keys()]] as const);
    return { rows: this.#rows, columns: Object.fromEntries(columns), labels: Object.fromEntries(labels) };
  }

  #addColumn(name: string, first: unknown): void {
    const meaning = meaningOf(name);
    const kind = meaning === 'other' && isCell(first) ? kindOf(first) : undefined;
    const time = meaning === 'time' ? parsedTime(first) : undefined;
    this.#columns.set(name, {
      values: new Float64Array(Math.max(INITIAL_ROWS, 2 * this.#rows)),
      kind,
      numbers: new Map(),
      timeKind: time?.kind === 'number' || time?.kind === 'date' ? time.kind : undefined,
    });
  }
}

/** The number that a table stores for a cell, or why the cell is invalid. */
function cellNumber(value: unknown, name: string, { kind, numbers, timeKind }: Column): number | RowFault {
  if (meaningOf(name) === 'time') return timeNumber(value, name, timeKind);
  if (!isCell(value)) return { found: show(value), expected: `a number, true, false or text as ${name}` };
  if (kind === undefined) return numericValue(value, name);
  if (kindOf(value) !== kind) {
    return {
      found: `${show(value)}, ${TYPE_NAMES[kindOf(value)]}`,
      expected: `${TYPE_NAMES[kind]} as ${name}, like the first row`,
      remedy: 'Use one type per column: write all ids as text, or all as numbers.',
    };
  }
  if (typeof value === 'string') {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  }
  const number = Number(value);
  const isRounded = isExactColumn(name) && (typeof value === 'bigint' || isIdColumn(name));
  if (isRounded && !(Math.abs(number) <= Number.MAX_SAFE_INTEGER)) {
    const expected = `integers of at most ${Number.MAX_SAFE_INTEGER} as ${name}`;
    return {
      found: show(value),
      expected,
      remedy: 'Larger numbers are rounded, so two ids may collide: write them as text.',
    };
  }
  return number;
}

/** The value of a cell in a numeric column. */
function numericValue(value: Cell, name: string): number | RowFault {
  const isFlag = meaningOf(name) === 'flag';
  if (name === 'step' && typeof value === 'boolean') return { found: show(value), expected: 'a finite number as step' };
  const number = typeof value === 'string' ? parseNumber(value, isFlag) : Number(value);
  if (isFlag) return number === 0 || number === 1 ? number : { found: show(value), expected: `0 or 1 as ${name}` };
  return Number.isFinite(number) ? number : { found: show(value), expected: `a finite number as ${name}` };
}

/** The number of a time in a log; strings are parsed by `parseTime`. */
function parsedTime(value: unknown): ParsedTime {
  if (typeof value === 'string') return parseTime(value);
  const number =
    typeof value === 'number' || typeof value === 'bigint' || value instanceof Date ? Number(value) : Number.NaN;
  return Number.isFinite(number)
    ? { kind: value instanceof Date ? 'date' : 'number', value: number }
    : { kind: 'no time' };
}

/** The number of a time, or why it is invalid. @param kind form of the time in the first row. */
function timeNumber(value: unknown, name: string, kind: Column['timeKind']): number | RowFault {
  const time = parsedTime(value);
  const found = show(value);
  if (time.kind === 'no zone') {
    const example = String(value).trim();
    return {
      found: `${found}, a time without a zone`,
      expected: `a date with a zone as ${name}`,
      remedy: `Add the zone: ${show(`${example}Z`)} for UTC, or ${show(`${example}+02:00`)}.`,
    };
  }
  if (time.kind === 'no time') {
    return {
      found,
      expected: `a finite number or an ISO 8601 date as ${name}`,
      remedy: 'Use numbers of one unit, or dates such as 2026-05-01 or 2026-05-01T12:00:00Z.',
    };
  }
  if (time.kind === kind) return time.value;
  return {
    found: `${found}, a ${time.kind}`,
    expected: `a ${kind} as ${name}, like the first row`,
    remedy: 'Use one type per column: dates, or numbers of one unit.',
  };
}

/** Cell types in messages. */
const TYPE_NAMES = { number: 'a number', boolean: 'true or false', text: 'text' } as const;

function kindOf(value: Cell): 'number' | 'boolean' | 'text' {
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number';
}

function isCell(value: unknown): value is Cell {
  return ['number', 'bigint', 'boolean', 'string'].includes(typeof value);
}

/** Whether a field is a column. An invalid time is one, so that it is reported and not ignored. */
function isColumn(name: string, value: unknown): boolean {
  return isCell(value) || (meaningOf(name) === 'time' && value !== null && value !== undefined);
}
