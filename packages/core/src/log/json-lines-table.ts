import { checkOneOf } from '../checks/options.js';
import type { FileOptions } from '../files/file-fault.js';
import { readJsonRows } from '../files/json-rows.js';
import { LOG_FORMAT } from './interaction-log.js';
import { type LogTable, LogTableBuilder } from './log-table.js';
import { isExactColumn } from './table-columns.js';

/** Options of the readers of tables from text files. */
export interface ReadTableOptions extends FileOptions {
  /**
   * What to do with a last line that was cut short, as a process leaves it that was killed while it wrote: `refuse` the file, or
   * `drop` the line; the table's `dropped` is its number then. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
  /** How the caller names the way to `cut: 'drop'`, for the message: a sentence. Default: the option's own name. */
  readonly cutRemedy?: string;
}

/**
 * Reads a log of JSON lines as a table: an object for each row, `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields
 * of numbers, booleans and text become columns; the first row says which there are, and `terminated`, `truncated` and `position` may be left
 * out where they are 0. What `writeJsonLinesLog` writes is such a log, with a header as its first line. A gzip file is unpacked, whatever its
 * name. `time` and `timestamp` are numbers of any unit, or ISO 8601 dates (`2026-05-01`, `2026-05-01T12:00:00Z`, `2026-05-01T12:00:00+02:00`),
 * which become milliseconds since 1970; a time of day without a zone is refused.
 * Memory grows with rows times columns, 8 bytes each.
 * @throws {FileError} if the file cannot be read, is empty, or has a line that is not such a row; it names the line. Ids beyond
 *   2^53 - 1 as numbers are refused, and columns of numbers and text.
 * @throws {InvalidOptionError} for an unknown `cut`.
 */
export async function readJsonLinesTable(path: string, options: ReadTableOptions = {}): Promise<LogTable> {
  checkOneOf('cut', options.cut ?? 'refuse', ['refuse', 'drop']);
  const builder = new LogTableBuilder(path, options);
  let header: LogTable['header'];
  const { dropped } = await readJsonRows(path, { ...options, isExact: isExactColumn }, (fields, line) => {
    if (line === 1 && fields['format'] === LOG_FORMAT) header = fields;
    else builder.append(fields, line);
  });
  return { ...builder.table(), ...(header !== undefined && { header }), ...(dropped !== undefined && { dropped }) };
}
