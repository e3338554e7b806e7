import {
  type ReadTableOptions as AnyReadTableOptions,
  type LogTable,
  readJsonLinesTable as readJsonLines,
} from '@ialp/core/log';
import { type ReadCsvTableOptions as AnyReadCsvTableOptions, readCsvTable as readCsv } from '@ialp/core/log/csv';
import { createLogFileError } from './log-file-error.js';

/** Options of `readJsonLinesTable`. */
export type ReadTableOptions = Pick<AnyReadTableOptions, 'cut'>;

/** Options of `readCsvTable`. */
export type ReadCsvTableOptions = Pick<AnyReadCsvTableOptions, 'cut' | 'separator'>;

const OPTIONS = {
  cutRemedy: "Read the rows before it with the option cut: 'drop' (ialp-metrics: --drop-cut-line).",
  createError: createLogFileError,
};

/**
 * Reads a log of JSON lines with one object per row:
 * `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields with numbers, booleans and strings
 * become columns. The first row determines the columns; `terminated`, `truncated` and `position` may be omitted where
 * they are 0. The logs of `@ialp/env/logs` have this format, with a header as their first line. Gzip files are
 * decompressed, whatever their name. `time` and `timestamp` are numbers of any unit, or ISO 8601 dates (`2026-05-01`,
 * `2026-05-01T12:00:00Z`, `2026-05-01T12:00:00+02:00`), which become milliseconds since 1970; a time of day without a
 * zone is an error. Memory: 8 bytes per row and column.
 * @throws {LogFileError} that names the line, if the file cannot be read, is empty, or has an invalid row. Numeric ids
 *   beyond 2^53 - 1 and columns that mix numbers and strings are errors.
 */
export async function readJsonLinesTable(path: string, options: ReadTableOptions = {}): Promise<LogTable> {
  return readJsonLines(path, { ...options, ...OPTIONS });
}

/**
 * Reads a log of separated values (RFC 4180) whose first line holds the column names. `reward`, `propensity`, `target`,
 * `qHat`, `vHat`, `turn`, `position`, `step`, `terminated` and `truncated` are read as numbers, and so are `time` and
 * `timestamp`, which may be ISO 8601 dates as in `readJsonLinesTable`. All other columns are strings, including ids:
 * `7` and `07` are two items. Columns without a name are ignored. Gzip files are decompressed.
 * @throws {LogFileError} that names the line, if the file cannot be read, has no rows, or has a damaged record or one
 *   of another length. A last line without a line end is an error: a truncated number would look complete.
 * @throws {InvalidOptionError} if `cut` is unknown, or the separator is not one character.
 */
export async function readCsvTable(path: string, options: ReadCsvTableOptions = {}): Promise<LogTable> {
  return readCsv(path, { ...options, ...OPTIONS });
}
