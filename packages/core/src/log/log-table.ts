import { show } from '../errors/show.js';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import { isExactColumn, isIdColumn, meaningOf, type ParsedTime, parseNumber, parseTime } from './table-columns.js';

/** A log as it stands in a file: columns of numbers. */
export interface LogTable {
  readonly rows: number;
  /**
   * `[rows]` each. Booleans are 0 and 1. `reward`, `propensity`, `target`, `qHat`, `vHat`, `turn`, `position`,
   * `step`, `terminated` and `truncated` are numbers even if the file has them as text. So are `time` and `timestamp`; if they are
   * ISO 8601 dates in the file, they are milliseconds since 1970. Text in other columns is numbered from 0 in the order in which it
   * comes, and stands in `labels`.
   */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** The texts of the columns whose numbers stand for text: `labels[name][k]` is the text of the number `k`. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** What the file says of itself, such as the header of an interaction log. Absent if it says nothing. */
  readonly header?: Readonly<Record<string, unknown>>;
  /**
   * The number of the line at which the file was cut short, if the reader was asked to read such a file. The line was dropped, or is
   * missing where a gzip file was cut at the end of the line before it.
   */
  readonly dropped?: number;
}

/** What is wrong with a row. */
interface RowFault {
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
}

type Cell = number | bigint | boolean | string;

/** Columns that a row may leave out where they are 0. */
const ZERO_BY_DEFAULT: ReadonlySet<string> = new Set(['terminated', 'truncated', 'position']);
/** Rows for which there is space at first. */
const FIRST_ROWS = 1024;

interface Column {
  values: Float64Array;
  /** What the cells are; undefined in columns that mean numbers, where text is read as a number. */
  readonly kind: 'number' | 'boolean' | 'text' | undefined;
  /** The numbers of texts. */
  readonly numbers: Map<string, number>;
  /** How the first row writes a time. */
  readonly timeKind?: 'number' | 'date' | undefined;
}

/** Makes a table row by row; the space doubles when it is used up. */
export class LogTableBuilder {
  readonly #path: string;
  readonly #options: FileOptions;
  #rows = 0;
  #columns = new Map<string, Column>();

  /** @param path of the file, and how to throw, for errors. */
  constructor(path: string, options: FileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * Adds a row. The first one says which columns there are; what is neither a number, a boolean nor text is no column.
   * @throws {FileError} naming the line, if the row does not fit.
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
      const cell = numberOf(value, name, column);
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
    const time = meaning === 'time' ? timeOf(first) : undefined;
    this.#columns.set(name, {
      values: new Float64Array(Math.max(FIRST_ROWS, 2 * this.#rows)),
      kind,
      numbers: new Map(),
      timeKind: time?.kind === 'number' || time?.kind === 'date' ? time.kind : undefined,
    });
  }
}

function numberOf(value: unknown, name: string, { kind, numbers, timeKind }: Column): number | RowFault {
  if (meaningOf(name) === 'time') return checkedTime(value, name, timeKind);
  if (!isCell(value)) return { found: show(value), expected: `a number, true, false or text as ${name}` };
  if (kind === undefined) return measureOf(value, name);
  if (kindOf(value) !== kind) {
    return {
      found: `${show(value)}, ${IN_WORDS[kindOf(value)]}`,
      expected: `${IN_WORDS[kind]} as ${name}, like the first row`,
      remedy: 'Write all values of a column in one way: all ids as text, or all as numbers.',
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
      remedy: 'Larger numbers are rounded, and two ids become one: write them as text.',
    };
  }
  return number;
}

/** The value of a cell in a column that means numbers. */
function measureOf(value: Cell, name: string): number | RowFault {
  const isFlag = meaningOf(name) === 'flag';
  if (name === 'step' && typeof value === 'boolean') return { found: show(value), expected: 'a finite number as step' };
  const number = typeof value === 'string' ? parseNumber(value, isFlag) : Number(value);
  if (isFlag) return number === 0 || number === 1 ? number : { found: show(value), expected: `0 or 1 as ${name}` };
  return Number.isFinite(number) ? number : { found: show(value), expected: `a finite number as ${name}` };
}

/** The number of a time in a log, as `parseTime` reads text. */
function timeOf(value: unknown): ParsedTime {
  if (typeof value === 'string') return parseTime(value);
  const number =
    typeof value === 'number' || typeof value === 'bigint' || value instanceof Date ? Number(value) : Number.NaN;
  return Number.isFinite(number)
    ? { kind: value instanceof Date ? 'date' : 'number', value: number }
    : { kind: 'no time' };
}

function checkedTime(value: unknown, name: string, kind: Column['timeKind']): number | RowFault {
  const time = timeOf(value);
  const found = show(value);
  if (time.kind === 'no zone') {
    const example = String(value).trim();
    return {
      found: `${found}, a time without a zone`,
      expected: `a date with a zone as ${name}`,
      remedy: `Write the zone: ${show(`${example}Z`)} for UTC, or ${show(`${example}+02:00`)}.`,
    };
  }
  if (time.kind === 'no time') {
    return {
      found,
      expected: `a finite number or an ISO 8601 date as ${name}`,
      remedy: 'Write numbers of one unit, or dates such as 2026-05-01 or 2026-05-01T12:00:00Z.',
    };
  }
  if (time.kind === kind) return time.value;
  return {
    found: `${found}, a ${time.kind}`,
    expected: `a ${kind} as ${name}, like the first row`,
    remedy: 'Write all times of a column as dates, or all as numbers of one unit.',
  };
}

const IN_WORDS = { number: 'a number', boolean: 'true or false', text: 'text' } as const;

function kindOf(value: Cell): 'number' | 'boolean' | 'text' {
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number';
}

function isCell(value: unknown): value is Cell {
  return ['number', 'bigint', 'boolean', 'string'].includes(typeof value);
}

/** Whether a field is a column. A time that no reader can read is one, so that it is refused and not left out. */
function isColumn(name: string, value: unknown): boolean {
  return isCell(value) || (meaningOf(name) === 'time' && value !== null && value !== undefined);
}
