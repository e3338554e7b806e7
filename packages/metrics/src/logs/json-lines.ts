import { checkOneOf } from '@ialp/core';
import { readJsonRows } from '@ialp/core/files';
import { isExactColumn } from './log-columns.js';
import { createLogFileError, LogFileError } from './log-file-error.js';
import { type LogTable, LogTableBuilder } from './log-table.js';

/** The word by which `@ialp/env/logs` marks the first line of its logs. */
const HEADED = 'ialp.log';

/** Options of the readers of text files. */
export interface ReadLogOptions {
  /**
   * What to do with a last line that was cut short, as a process leaves it that was killed while it wrote: `refuse` the file, or
   * `drop` the line; the table's `dropped` is its number then. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
}

/** What an error says of a last line that was cut short. */
export const CUT_REMEDY = "Read the rows before it with the option cut: 'drop' (ialp-metrics: --drop-cut-line).";

/**
 * Reads a log of JSON lines: an object for each row, `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields of
 * numbers, booleans and text become columns; the first row says which there are, and `terminated`, `truncated` and `position` may be left out
 * where they are 0. Logs of `@ialp/env/logs` are such logs, with a header as their first line. A gzip file is unpacked, whatever its name.
 * `time` and `timestamp` are numbers of any unit, or ISO 8601 dates (`2026-05-01`, `2026-05-01T12:00:00Z`, `2026-05-01T12:00:00+02:00`), which
 * become milliseconds since 1970; a time of day without a zone is refused.
 * Memory grows with rows times columns, 8 bytes each.
 * @throws {LogFileError} where the file cannot be read, is empty, or has a line that is not such a row; it names the line. Ids beyond
 *   2^53 - 1 as numbers are refused, and columns of numbers and text.
 */
export async function readJsonLines(path: string, { cut = 'refuse' }: ReadLogOptions = {}): Promise<LogTable> {
  checkOneOf('cut', cut, ['refuse', 'drop']);
  const builder = new LogTableBuilder();
  let header: LogTable['header'];
  const options = { cut, cutRemedy: CUT_REMEDY, isExact: isExactColumn, createError: createLogFileError };
  const { dropped } = await readJsonRows(path, options, (fields, line) => {
    if (line === 1 && fields['format'] === HEADED) {
      header = fields;
      return;
    }
    const fault = builder.append(fields);
    if (fault !== undefined) throw new LogFileError({ file: path, line, ...fault });
  });
  const table = builder.table();
  if (table.rows === 0) throw new LogFileError({ file: path, found: 'none', expected: 'at least one row' });
  return { ...table, ...(header !== undefined && { header }), ...(dropped !== undefined && { dropped }) };
}
