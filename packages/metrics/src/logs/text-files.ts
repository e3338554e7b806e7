import {
  type ReadTableOptions as AnyReadTableOptions,
  type LogTable,
  readJsonLinesTable as readJsonLines,
} from '@ialp/core/log';
import { type ReadCsvTableOptions as AnyReadCsvTableOptions, readCsvTable as readCsv } from '@ialp/core/log/csv';
import { createLogFileError } from './log-file-error.js';

/** Options of the readers of text files. */
export type ReadTableOptions = Pick<AnyReadTableOptions, 'cut'>;

/** Options of `readCsvTable`. */
export type ReadCsvTableOptions = Pick<AnyReadCsvTableOptions, 'cut' | 'separator'>;

const OPTIONS = {
  cutRemedy: "Read the rows before it with the option cut: 'drop' (ialp-metrics: --drop-cut-line).",
  createError: createLogFileError,
};

/**
 * Reads a log of JSON lines: an object for each row, `{"session":"anna","item":3,"reward":1,"propensity":0.25,"target":0.5}`. Fields of
 * numbers, booleans and text become columns; the first row says which there are, and `terminated`, `truncated` and `position` may be left out
 * where they are 0. Logs of `@ialp/env/logs` are such logs, with a header as their first line. A gzip file is unpacked, whatever its name.
 * `time` and `timestamp` are numbers of any unit, or ISO 8601 dates (`2026-05-01`, `2026-05-01T12:00:00Z`, `2026-05-01T12:00:00+02:00`), which
 * become milliseconds since 1970; a time of day without a zone is refused.
 * Memory grows with rows times columns, 8 bytes each.
 * @throws {LogFileError} if the file cannot be read, is empty, or has a line that is not such a row; it names the line. Ids beyond
 *   2^53 - 1 as numbers are refused, and columns of numbers and text.
 */
export async function readJsonLinesTable(path: string, options: ReadTableOptions = {}): Promise<LogTable> {
  return readJsonLines(path, { ...options, ...OPTIONS });
}

/**
 * Reads a log of separated values (RFC 4180) with a first line of column names. `reward`, `propensity`, `target`, `qHat`,
 * `vHat`, `turn`, `position`, `step`, `terminated` and `truncated` are read as numbers, and so are `time` and `timestamp`, which may be
 * ISO 8601 dates as in `readJsonLinesTable`; all other columns are text, ids too: `7` and `07` are two items. Columns without a name are skipped. It
 * may be gzipped.
 * @throws {LogFileError} if the file cannot be read, has no rows, or has a record that is damaged or of another length; it names the
 *   line. A last line without a line end is refused: a number that was cut short looks whole.
 * @throws {InvalidOptionError} for an unknown `cut`, or a separator that is not one character.
 */
export async function readCsvTable(path: string, options: ReadCsvTableOptions = {}): Promise<LogTable> {
  return readCsv(path, { ...options, ...OPTIONS });
}
