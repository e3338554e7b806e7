import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { FileError } from '@ialp/core';
import { CsvError, parse } from 'csv-parse/sync';
import { LIMITS } from '../deciding/requests.js';
import type { ServedItem } from '../events.js';

/** Separates several values of an attribute. */
const VALUES = '|';

/**
 * Reads a catalogue from a CSV file in UTF-8 with a header. `id` is required; `title` and `text` describe an item, all other columns are attributes, of
 * which one may have several values, separated by `|`.
 * @throws {FileError} that names the line.
 */
export async function readCatalogueFile(path: string): Promise<ServedItem[]> {
  const fault = (found: string, expected: string, remedy: string, line?: number, cause?: unknown): FileError =>
    new FileError({ file: path, found, expected, remedy, ...(line !== undefined && { line }) }, { cause });
  const bytes = await readFile(path).catch((cause: Error) => {
    throw fault(cause.message.split(',')[0], 'a CSV file', 'Check the path.', undefined, cause);
  });
  const text = decoded(bytes);
  if (typeof text === 'number') {
    throw fault('bytes that are not UTF-8', 'UTF-8', 'Save the file as UTF-8, in a spreadsheet as "CSV UTF-8".', text);
  }
  const rows = parseRows(text, fault);
  const columns = rows[0]?.row ?? [];
  if (!columns.includes('id')) {
    const found = columns.length === 0 ? 'an empty file' : `the columns ${columns.join(', ')}`;
    throw fault(found, 'a header with a column id', 'Name the columns, such as id,title,category.', 1);
  }
  const repeated = columns.find((column, k) => columns.indexOf(column) !== k);
  if (repeated !== undefined) {
    const remedy = 'Rename or remove one; several values of an attribute stand in one column, separated by |.';
    throw fault(`the column ${JSON.stringify(repeated)} twice`, 'each column once', remedy, rows[0].line);
  }
  const lines = new Map<string, number>();
  return rows.slice(1).map(({ row, line }) => {
    const item = itemOf(columns, row);
    if (item.id === '' || Buffer.byteLength(item.id) > LIMITS.idBytes) {
      throw fault(
        item.id === '' ? 'no id' : `an id of ${Buffer.byteLength(item.id)} bytes`,
        `an id of 1 to ${LIMITS.idBytes} bytes`,
        'Give each item an id.',
        line,
      );
    }
    const earlier = lines.get(item.id);
    if (earlier !== undefined) {
      throw fault(
        `the id ${item.id} a second time, after line ${earlier}`,
        'each id once',
        'Remove one of the lines.',
        line,
      );
    }
    lines.set(item.id, line);
    return item;
  });
}

/** The text of UTF-8, or the number of its first line that is not UTF-8, from 1. */
function decoded(bytes: Buffer): string | number {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // No character of UTF-8 but the line feed itself contains its byte.
    let line = 1;
    for (let from = 0; ; line++) {
      const end = bytes.indexOf('\n', from);
      if (!isUtf8(bytes.subarray(from, end === -1 ? undefined : end)) || end === -1) return line;
      from = end + 1;
    }
  }
}

interface Row {
  readonly row: readonly string[];
  readonly line: number;
}

function parseRows(
  text: string,
  fault: (found: string, expected: string, remedy: string, line?: number, cause?: unknown) => FileError,
): Row[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: false,
    }) as unknown as {
      readonly record: string[];
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({ row: record, line: info.lines }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = (cause as { readonly lines?: number }).lines;
    throw fault(
      cause.message,
      'rows of CSV with the same columns',
      'Quote values that contain commas or quotes.',
      line,
      cause,
    );
  }
}

function itemOf(columns: readonly string[], row: readonly string[]): ServedItem {
  const attributes: Record<string, string[]> = Object.create(null);
  let [id, title, text] = ['', '', ''];
  for (const [k, column] of columns.entries()) {
    const value = row[k].trim();
    if (column === 'id') id = value;
    else if (column === 'title') title = value;
    else if (column === 'text') text = value;
    else if (value !== '') attributes[column] = value.split(VALUES).map((part) => part.trim());
  }
  return {
    id,
    ...(title !== '' && { title }),
    ...(text !== '' && { text }),
    ...(Object.keys(attributes).length > 0 && { attributes: { ...attributes } }),
  };
}
