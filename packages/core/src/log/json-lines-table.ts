import { checkOneOf } from '../checks/options.js';
import type { FileOptions } from '../files/file-fault.js';
import { readJsonRows } from '../files/json-rows.js';
import { LOG_FORMAT } from './interaction-log.js';
import { type LogTable, LogTableBuilder } from './log-table.js';
import { isExactColumn } from './table-columns.js';

/** Options of the readers of tables from text files. */
export interface ReadTableOptions extends FileOptions {
  /**
   * What to do with an incomplete last line or gzip file, left by a process that was killed while writing:
   * `refuse` the file, or `drop` the line, whose number is then `dropped` of the table. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
  /** Sentence in the error message that says how to read an incomplete file. Default: names the option `cut`. */
  readonly cutRemedy?: string;
}

/**
 * Reads a log of JSON lines with one object per row as a table:
 * `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields with numbers, booleans and strings
 * become columns. The first row determines the columns; `terminated`, `truncated` and `position` may be omitted where
 * they are 0. `writeJsonLinesLog` writes this format, with a header as the first line. Gzip files are decompressed,
 * whatever their name. `time` and `timestamp` are numbers of any unit, or ISO 8601 dates (`2026-05-01`,
 * `2026-05-01T12:00:00Z`, `2026-05-01T12:00:00+02:00`), which become milliseconds since 1970; a time of day without a
 * zone is an error. Memory: 8 bytes per row and column.
 * @throws {FileError} that names the line, if the file cannot be read, is empty, or has an invalid row. Numeric ids
 *   beyond 2^53 - 1 and columns that mix numbers and strings are errors.
 * @throws {InvalidOptionError} if `cut` is unknown.
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
