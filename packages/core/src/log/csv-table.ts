import { Readable } from 'node:stream';
import type { Info } from 'csv-parse';
import { checkOneOf } from '../checks/options.js';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { faultOf } from '../files/file-fault.js';
import { CUT_REMEDY } from '../files/json-rows.js';
import { readLines } from '../files/lines.js';
import type { ReadTableOptions } from './json-lines-table.js';
import { type LogTable, LogTableBuilder } from './log-table.js';
import { optionalPackage } from './optional-package.js';

/** Options of `readCsvTable`. */
export interface ReadCsvTableOptions extends ReadTableOptions {
  /** Column separator. Default: a tab for files named `.tsv` or `.tsv.gz`, otherwise a comma. */
  readonly separator?: string;
}

/** Valid separators. */
const SEPARATOR = /^[^"\r\n]$/u;

/** Separators to suggest if a file was read with the wrong one. */
const OTHER_SEPARATORS = [';', '\t', '|', ','];

/** Maximum number of characters of a record; a longer one indicates an unclosed quote. */
const MAX_RECORD_CHARACTERS = 2 ** 20;

/**
 * Reads a log of separated values (RFC 4180) as a table. The first line holds the column names. `reward`, `propensity`,
 * `target`, `qHat`, `vHat`, `turn`, `position`, `step`, `terminated` and `truncated` are read as numbers, and so are
 * `time` and `timestamp`, which may be ISO 8601 dates as in `readJsonLinesTable`. All other columns are strings,
 * including ids: `7` and `07` are two items. Columns without a name are ignored. Gzip files are decompressed.
 * @throws {FileError} that names the line, if the file cannot be read, has no rows, or has a damaged record or one of
 *   another length. A last line without a line end is an error: a truncated number would look complete.
 * @throws {InvalidOptionError} if `cut` is unknown, or the separator is not one character.
 * @throws {MissingPackageError} if `csv-parse` is not installed.
 */
export async function readCsvTable(path: string, options: ReadCsvTableOptions = {}): Promise<LogTable> {
  const { separator = /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',', cut = 'refuse', cutRemedy = CUT_REMEDY } = options;
  checkOneOf('cut', cut, ['refuse', 'drop']);
  if (typeof separator !== 'string' || !SEPARATOR.test(separator)) {
    throw new InvalidOptionError('separator', separator, 'one character, such as a comma; not a quote or a line end');
  }
  const { CsvError, parse } = await optionalPackage(import('csv-parse'), 'csv-parse', 'Reading CSV');
  const builder = new LogTableBuilder(path, options);
  let names: readonly string[] | undefined;
  let dropped: number | undefined;
  const onCut = (line: number): void => {
    if (cut === 'drop') dropped = line;
    else {
      const expected = 'a line end after the last line';
      const remedy = `If the line is complete, add the line end. Otherwise: ${cutRemedy}`;
      const found = 'none: the file may be incomplete';
      throw faultOf(path, { line, expected, found, remedy }, options);
    }
  };
  const text = Readable.from(textOf(path, options, onCut));
  const parser = parse({
    ...{ delimiter: separator, record_delimiter: '\n', info: true, skip_empty_lines: true },
    ...{ relax_column_count: true, max_record_size: MAX_RECORD_CHARACTERS },
  });
  text.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (names === undefined) {
        names = namesOf(record, path, separator, options);
        continue;
      }
      if (record.length !== names.length) {
        const fault = { found: `${record.length}`, expected: `${names.length} columns, as in the first line` };
        throw faultOf(path, { line: info.lines, ...fault }, options);
      }
      builder.append(fieldsOf(names, record), info.lines);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const expected = 'separated values according to RFC 4180';
    throw faultOf(path, { line: parser.info.lines, expected, found: cause.message }, options, { cause });
  } finally {
    text.destroy();
  }
  return { ...builder.table(), ...(dropped !== undefined && { dropped }) };
}

/** The text of a file without an unfinished last line. */
async function* textOf(path: string, options: ReadTableOptions, onCut: (line: number) => void): AsyncGenerator<string> {
  let last = 0;
  let isCut = false;
  let isOpen = false;
  const onGzipCut = (): void => {
    isCut = true;
  };
  for await (const { lines, first, open } of readLines(path, { ...options, onCut: onGzipCut })) {
    last = first + lines.length - 1;
    isOpen = open;
    if (open) onCut(last);
    else yield `${lines.join('\n')}\n`;
  }
  // A gzip file may be cut at the end of a line.
  if (isCut && !isOpen) onCut(last + 1);
}

function namesOf(record: readonly string[], path: string, separator: string, options: ReadTableOptions): string[] {
  const names = record.map((name) => name.trim());
  const other = names.length === 1 ? OTHER_SEPARATORS.find((each) => names[0].includes(each)) : undefined;
  if (other !== undefined && other !== separator) {
    const expected = `columns separated by ${JSON.stringify(separator)}`;
    const remedy = `If they are separated by ${JSON.stringify(other)}, set the option separator (--separator of ialp-metrics).`;
    const found = `a single column ${JSON.stringify(names[0])}`;
    throw faultOf(path, { line: 1, expected, found, remedy }, options);
  }
  const twice = names.find((name, k) => name !== '' && names.indexOf(name) !== k);
  if (twice === undefined) return names;
  const found = `the column ${JSON.stringify(twice)} twice`;
  throw faultOf(path, { line: 1, expected: 'unique column names', found }, options);
}

function fieldsOf(names: readonly string[], record: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name, k) => (name === '' ? [] : [[name, record[k]]])));
}
