import { Readable } from 'node:stream';
import { readLines } from '@ialp/core/files';
import { CsvError, type Info, parse } from 'csv-parse';
import { requireWord } from '../checks.js';
import { InvalidOptionError } from '../errors.js';
import { CUT_REMEDY, type ReadLogOptions } from './json-lines.js';
import { createLogFileError, LogFileError } from './log-file-error.js';
import { type LogTable, LogTableBuilder } from './log-table.js';

/** Options of `readCsv`. */
export interface ReadCsvOptions extends ReadLogOptions {
  /** Between the columns. Default: a tab for names in `.tsv` or `.tsv.gz`, else a comma. */
  readonly separator?: string;
}

/** What may stand between columns. */
const SEPARATOR = /^[^"\r\n]$/u;

/** What stands between the columns of files that are not read with the right separator. */
const OTHER_SEPARATORS = [';', '\t', '|', ','];

/** Characters of a record; a longer one is taken for a quote that is not closed. */
const LONGEST_RECORD = 2 ** 20;

/**
 * Reads a log of separated values (RFC 4180) with a first line of column names. `reward`, `propensity`, `target`, `predicted`,
 * `predictedTarget`, `turn`, `position`, `step`, `terminated` and `truncated` are read as numbers, and so are `time` and `timestamp`, which may be
 * ISO 8601 dates as in `readJsonLines`; all other columns are text, ids too:
 * `7` and `07` are two items. Columns without a name are skipped. It may be gzipped.
 * @throws {LogFileError} where the file cannot be read, has no rows, or has a record that is damaged or of another length; it names
 *   the line. A last line without a line end is refused: a number that was cut short looks whole.
 * @throws {InvalidOptionError} for an unknown `cut`, or a separator that is not one character.
 */
export async function readCsv(path: string, options: ReadCsvOptions = {}): Promise<LogTable> {
  const { separator = /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',', cut = 'refuse' } = options;
  requireWord('cut', cut, ['refuse', 'drop']);
  if (typeof separator !== 'string' || !SEPARATOR.test(separator)) {
    throw new InvalidOptionError(
      'separator',
      separator,
      'one character between the columns, such as a comma; no quote or line end',
    );
  }
  const builder = new LogTableBuilder();
  let names: readonly string[] | undefined;
  let dropped: number | undefined;
  const onCut = (line: number): void => {
    if (cut === 'drop') dropped = line;
    else {
      const expected = 'a line end behind the last line';
      const remedy = `If the line is whole, add the line end. Else: ${CUT_REMEDY}`;
      throw new LogFileError({ file: path, line, expected, found: 'none: the file may have been cut short', remedy });
    }
  };
  const text = Readable.from(textOf(path, cut, onCut));
  const parser = parse({
    ...{ delimiter: separator, record_delimiter: '\n', info: true, skip_empty_lines: true },
    ...{ relax_column_count: true, max_record_size: LONGEST_RECORD },
  });
  text.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (names === undefined) {
        names = requireNames(record, path, separator);
        continue;
      }
      const fault =
        record.length === names.length
          ? builder.append(fieldsOf(names, record))
          : { found: `${record.length}`, expected: `${names.length} columns, as in the first line` };
      if (fault !== undefined) throw new LogFileError({ file: path, line: info.lines, ...fault });
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const expected = 'separated values, as RFC 4180 has them';
    throw new LogFileError({ file: path, line: parser.info.lines, expected, found: cause.message }, { cause });
  } finally {
    text.destroy();
  }
  const table = builder.table();
  if (table.rows === 0) throw new LogFileError({ file: path, found: 'none', expected: 'at least one row' });
  return { ...table, ...(dropped !== undefined && { dropped }) };
}

/** The text of a file, but for a last line without a line end. */
async function* textOf(path: string, cut: 'refuse' | 'drop', onCut: (line: number) => void): AsyncGenerator<string> {
  let last = 0;
  let isCut = false;
  let isOpen = false;
  const onGzipCut = (): void => {
    isCut = true;
  };
  const options = { cut, createError: createLogFileError, onCut: onGzipCut };
  for await (const { lines, first, open } of readLines(path, options)) {
    last = first + lines.length - 1;
    isOpen = open;
    if (open) onCut(last);
    else yield `${lines.join('\n')}\n`;
  }
  // A gzip file may be cut at the end of a line.
  if (isCut && !isOpen) onCut(last + 1);
}

function requireNames(record: readonly string[], file: string, separator: string): string[] {
  const names = record.map((name) => name.trim());
  const other = names.length === 1 ? OTHER_SEPARATORS.find((each) => names[0].includes(each)) : undefined;
  if (other !== undefined && other !== separator) {
    const expected = `columns separated by ${JSON.stringify(separator)}`;
    const remedy = `If they are separated by ${JSON.stringify(other)}, say so in separator (--separator of ialp-metrics).`;
    throw new LogFileError({ file, line: 1, expected, found: `the one column ${JSON.stringify(names[0])}`, remedy });
  }
  const twice = names.find((name, k) => name !== '' && names.indexOf(name) !== k);
  if (twice === undefined) return names;
  throw new LogFileError({
    file,
    line: 1,
    expected: 'each column once',
    found: `the column ${JSON.stringify(twice)} twice`,
  });
}

function fieldsOf(names: readonly string[], record: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name, k) => (name === '' ? [] : [[name, record[k]]])));
}
