import { show } from '@ialp/core';
import { checkPresent } from './byte-stream.js';
import { readCsv } from './csv-file.js';
import { type Place, wrong } from './fields.js';
import { type JsonFields, readJsonObjects } from './json-lines.js';

/** Which columns a table has to have. */
export interface TableFormat {
  readonly columns: readonly string[];
  /** Columns that may be missing. */
  readonly optional: readonly string[];
  /** Columns, of those above, whose values are lists. */
  readonly lists: readonly string[];
  /** Columns, of those above, whose values are ids. In JSON lines they are all text or all numbers. */
  readonly ids: readonly string[];
  readonly separator: string;
  readonly listSeparator: string;
  /** Whether values may be in double quotes. Default true; of tab-separated values it has to be said where one begins with a quote. */
  readonly quotes?: boolean | undefined;
  /** Whether the last line of separated values may lack its line end. Default `required`. */
  readonly finalNewline?: 'required' | 'optional' | undefined;
  readonly remedy: string;
}

/** A row of a table, whatever the file's form. It holds until the next row. */
export interface TableRow {
  /** Whether the row has the column at all. */
  has(column: string): boolean;
  /** The value, without surrounding spaces; empty if it is missing. */
  text(column: string): string;
  /** The values of a list. */
  list(column: string): readonly string[];
}

/**
 * Reads a table row by row: JSON lines where the path says `.jsonl` or `.ndjson`, else separated values.
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
  // Some programs quote tab-separated values, for others a quote is a letter: the title "Heroes" in quotes cannot be told.
  const open = separator === '\t' && format.quotes === undefined;
  const csv = {
    ...{ columns, optional, separator, remedy, onHeader },
    quotes: format.quotes ?? !open,
    closed: format.finalNewline !== 'optional',
    closedOption: "say finalNewline: 'optional'",
    separatorOption: 'separator',
  };
  await readCsv(path, csv, (values, place) => {
    if (open) checkUnquoted(values, place);
    const text = (column: string): string => values[names.indexOf(column)]?.trim() ?? '';
    const list = (column: string): string[] => splitList(text(column), listSeparator);
    onRow({ has: (column) => present.has(column), text, list }, place);
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
  throw wrong(show(quoted), 'tab-separated values of which none begins with a quote', {
    ...place,
    remedy: 'Say quotes: false where a quote is part of the value, quotes: true where it encloses it.',
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
        const remedy = 'Write all ids of a column in one way: all as text, or all as numbers.';
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
