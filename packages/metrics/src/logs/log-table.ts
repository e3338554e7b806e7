/** A log as it stands in a file: columns of numbers. */
export interface LogTable {
  readonly rows: number;
  /** `[rows]` each. Booleans are 0 and 1; text is numbered from 0 in the order in which it comes. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** What the file says of itself, such as the header that `@ialp/env/logs` writes. Absent where it says nothing. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Columns that a row may leave out where they are 0. */
const ZERO_BY_DEFAULT: ReadonlySet<string> = new Set(['terminated', 'truncated', 'position']);
/** Rows for which there is room at first. */
const ROOM = 1024;

/** Makes a table row by row; the room doubles when it is used up. */
export class LogTableBuilder {
  #rows = 0;
  #columns = new Map<string, Float64Array>();
  #numbers = new Map<string, Map<string, number>>();

  /**
   * Adds a row. The first one says which columns there are; what is neither a number, a boolean nor text is no column.
   * @returns what is wrong with it, or undefined.
   */
  append(fields: Readonly<Record<string, unknown>>): { found: string; expected: string } | undefined {
    if (this.#rows === 0) for (const name in fields) if (isCell(fields[name])) this.#addColumn(name);
    for (const name in fields) {
      if (this.#columns.has(name) || !isCell(fields[name])) continue;
      if (!ZERO_BY_DEFAULT.has(name)) {
        return { found: `a field ${JSON.stringify(name)}`, expected: 'the fields of the first row' };
      }
      this.#addColumn(name);
    }
    for (const [name, column] of this.#columns) {
      const value = name in fields || !ZERO_BY_DEFAULT.has(name) ? fields[name] : 0;
      if (!isCell(value)) {
        return { found: JSON.stringify(value) ?? 'none', expected: `a number, true, false or text as ${name}` };
      }
      (this.#rows < column.length ? column : this.#grow(name, column))[this.#rows] = this.#numberOf(name, value);
    }
    this.#rows++;
    return undefined;
  }

  table(): Pick<LogTable, 'rows' | 'columns'> {
    const columns = [...this.#columns].map(([name, column]) => [name, column.slice(0, this.#rows)] as const);
    return { rows: this.#rows, columns: Object.fromEntries(columns) };
  }

  #addColumn(name: string): void {
    this.#columns.set(name, new Float64Array(Math.max(ROOM, 2 * this.#rows)));
  }

  #grow(name: string, column: Float64Array): Float64Array {
    const larger = new Float64Array(2 * column.length);
    larger.set(column);
    this.#columns.set(name, larger);
    return larger;
  }

  #numberOf(name: string, value: number | boolean | string): number {
    if (typeof value !== 'string') return Number(value);
    const numbers = this.#numbers.get(name) ?? new Map<string, number>();
    this.#numbers.set(name, numbers);
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  }
}

function isCell(value: unknown): value is number | boolean | string {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
}
