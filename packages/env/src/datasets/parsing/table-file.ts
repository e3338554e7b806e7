import { show } from '@ialp/core';
import { checkPresent } from './byte-stream.js';
import { readCsv } from './csv-file.js';
import { type Place, wrong } from './fields.js';
import { type JsonFields, readJsonObjects } from './json-lines.js';

/** The format of a table. */
export interface TableFormat {
  readonly columns: readonly string[];
  /** Optional columns. */
  readonly optional: readonly string[];
  /** Those of the columns above whose values are lists. */
  readonly lists: readonly string[];
  /** Those of the columns above whose values are ids. In JSON lines the ids of a column are all text or all numbers. */
  readonly ids: readonly string[];
  readonly separator: string;
  readonly listSeparator: string;
  /** Whether values may be in double quotes. Default true; required for tab-separated values in which one begins with a quote. */
  readonly quotes?: boolean | undefined;
  /** Whether the last line of separated values may lack its line end. Default `required`. */
  readonly finalNewline?: 'required' | 'optional' | undefined;
  readonly remedy: string;
}

/** A row of a table, independent of the file's format. Valid until the next row. */
export interface TableRow {
  /** Names of all columns of the row, also of those that are not read. */
  columns(): readonly string[];
  /** Whether the row has the column. */
  has(column: string): boolean;
  /** The value, without surrounding spaces; empty if it is missing. */
  text(column: string): string;
  /** The values of a list. */
  list(column: string): readonly string[];
}

/**
 * Reads a table row by row: JSON lines if the path ends with `.jsonl` or `.ndjson`, otherwise separated values.
 * @throws {DatasetError} as `readCsv` and `readJsonObjects` do, and for a value that is neither text, number nor list.
 */
export async function readTable(
  path: string,
  format: TableFormat,
  onRow: (row: TableRow, place: Place) => void,
): Promise<void> {
  const { remedy } = format;
  await checkPresent(path);
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) {
    const checkSameKind = idRules(format.ids);
    await readJsonObjects(path, remedy, (fields, place) => {
      const row = rowOfObject(fields, format, place);
      checkSameKind(fields, place);
      onRow(row, place);
    });
    return;
  }
  const { columns, optional, separator, listSeparator } = format;
  const names = [...columns, ...optional];
  const present = new Set<string>(columns);
  const onHeader = (found: readonly string[]): void => {
    for (const name of found) present.add(name);
  };
  // Some programs quote tab-separated values, for others a quote is part of the value; a title in quotes is ambiguous.
  const isAmbiguous = separator === '\t' && format.quotes === undefined;
  const csv = {
    ...{ columns, optional, separator, remedy, onHeader },
    quotes: format.quotes ?? !isAmbiguous,
    closed: format.finalNewline !== 'optional',
    closedOption: "set finalNewline: 'optional'",
    separatorOption: 'separator',
  };
  await readCsv(path, csv, (values, place) => {
    if (isAmbiguous) checkUnquoted(values, place);
    const text = (column: string): string => values[names.indexOf(column)]?.trim() ?? '';
    const list = (column: string): string[] => splitList(text(column), listSeparator);
    onRow({ columns: () => [...present], has: (column) => present.has(column), text, list }, place);
  });
}

function splitList(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function checkUnquoted(values: readonly string[], place: Place): void {
  const quoted = values.find((value) => value.startsWith('"'));
  if (quoted === undefined) return;
  throw wrong(show(quoted), 'tab-separated values without a quote at the start', {
    ...place,
    remedy: 'Set quotes: false if quotes are part of the values, or quotes: true if they enclose them.',
  });
}

const IN_WORDS = { string: 'text', number: 'a number' } as const;

/** Checks that the ids of a column are all text or all numbers: the number 1 and the text "1" would become one id. */
function idRules(columns: readonly string[]): (fields: JsonFields, place: Place) => void {
  const first = new Map<string, { readonly kind: keyof typeof IN_WORDS; readonly line: number }>();
  return (fields, place) => {
    for (const column of columns) {
      const value = fields[column];
      const kind = typeof value;
      if (kind !== 'string' && kind !== 'number') {
        throw wrong(show(JSON.stringify(value)), `${column}: an id, as text or as a number`, place);
      }
      const before = first.get(column);
      if (before === undefined) first.set(column, { kind, line: place.line });
      else if (before.kind !== kind) {
        const expected = `${column}: ${IN_WORDS[before.kind]}, as in line ${before.line}`;
        const remedy = 'Write all ids of a column as text, or all as numbers.';
        throw wrong(`${show(value)}, ${IN_WORDS[kind]}`, expected, { ...place, remedy });
      }
    }
  };
}

function rowOfObject(fields: JsonFields, { columns, lists, listSeparator }: TableFormat, place: Place): TableRow {
  const absent = columns.find((column) => fields[column] === undefined || fields[column] === null);
  if (absent !== undefined && !lists.includes(absent)) throw wrong('none', `a field ${show(absent)}`, place);
  const word = (column: string, value: unknown): string => {
    if (typeof value === 'string') return value.trim();
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw wrong(show(JSON.stringify(value)), `${column}: text or a number`, place);
  };
  return {
    columns: () => Object.keys(fields),
    has: (column) => fields[column] !== undefined && fields[column] !== null,
    text: (column) => (fields[column] === undefined || fields[column] === null ? '' : word(column, fields[column])),
    list(column) {
      const value = fields[column] ?? [];
      return Array.isArray(value)
        ? value.map((one) => word(column, one)).filter((one) => one !== '')
        : splitList(word(column, value), listSeparator);
    },
  };
}
