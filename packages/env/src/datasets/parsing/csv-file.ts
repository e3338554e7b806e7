import { pipeline } from 'node:stream/promises';
import { show } from '@ialp/core';
import { CsvError, type Info, type Options, Parser } from 'csv-parse';
import { DatasetError } from '../../errors.js';
import { type Place, wrong } from './fields.js';
import { streamText, type TextEncoding, unclosed } from './text-file.js';

/** The format of a file of separated values. */
export interface CsvFormat {
  /** Required columns, by their names in the header; other columns are ignored. */
  readonly columns: readonly string[];
  /** Optional columns; if one is missing, its values are empty. */
  readonly optional?: readonly string[];
  /** Default: a comma. */
  readonly separator?: string;
  /** Default UTF-8. A byte-order mark takes precedence. */
  readonly encoding?: TextEncoding;
  /** Whether values may be in double quotes. Default true. In some tab-separated files quotes are part of the value. */
  readonly quotes?: boolean;
  /**
   * Whether the last line must end with a line end. Default false. Set it if a truncated value of the last column could look complete,
   * as a count does. It is not required if that column is ignored, or its last value is in quotes.
   */
  readonly closed?: boolean;
  /** The caller's option to do without that line end, for the message. */
  readonly closedOption?: string;
  /** The caller's option for the separator, for the message. Default: none. */
  readonly separatorOption?: string;
  /** Called with the column names, before the first record. */
  readonly onHeader?: (names: readonly string[]) => void;
  /** What the user can do if the file is missing or damaged. */
  readonly remedy: string;
}

/** A longer record means that a quote is not closed; without a limit the rest of a large file would fill the memory. */
const MAX_RECORD_LENGTH = 2 ** 20;

/**
 * Called with each record: its values in the order of `columns` and then `optional`, and the line where it begins. The array and the
 * place are reused for the next record.
 */
export type OnRecord = (values: readonly string[], place: Place) => void;

/**
 * Reads a file of separated values (RFC 4180) record by record, so that it may be larger than memory. The file may be gzipped and begin
 * with a byte-order mark. Lines end with LF or CRLF; CRLF inside a value becomes LF. Empty lines are skipped.
 * @throws {DatasetError} if the file cannot be read, is empty, is not in its encoding, lacks a required column, names
 *   one twice, or has a record of another length or with a stray or open quote. What `onRecord` throws is passed on.
 */
export async function readCsv(path: string, format: CsvFormat, onRecord: OnRecord): Promise<void> {
  const { columns, optional = [], separator = ',', quotes = true, remedy } = format;
  const place = { file: path, line: 1, remedy };
  const values = new Array<string>(columns.length + optional.length);
  let indices: number[] | undefined;
  let width = 0;
  /** The line where the next record begins, if no empty lines come before it. */
  let next = 1;
  /** The parser's counts so far. It counts some line ends in values twice, but misses none. */
  let counted = { lines: 0, empty_lines: 0 };

  const take = (record: readonly string[], { lines, empty_lines }: Info): void => {
    place.line = next + empty_lines - counted.empty_lines;
    next = place.line + 1 + (lines === counted.lines + 1 ? 0 : lineEndsIn(record));
    counted = { lines, empty_lines };
    if (indices === undefined) {
      indices = locate(record, columns, optional, place, (names) => separatorRemedy(names, format));
      width = record.length;
      format.onHeader?.(record);
      return;
    }
    if (record.length !== width) throw wrong(`${record.length}`, `${width} columns, as in the first line`, place);
    for (let k = 0; k < indices.length; k++) values[k] = indices[k] < 0 ? '' : record[indices[k]];
    onRecord(values, place);
  };
  const options = {
    delimiter: separator,
    quote: quotes ? '"' : null,
    record_delimiter: '\n',
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD_LENGTH,
  };
  const parser = new RecordParser(options, take);
  parser.resume();
  const text = new PlainLineEnds(streamText(path, format.encoding ?? 'utf-8', remedy));
  try {
    await pipeline(text, parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // If a quote is not closed, the parser is far past the line of the quote.
    place.line = next + parser.info.empty_lines - counted.empty_lines;
    throw damaged(error, place);
  }
  if (indices === undefined) {
    const expected = `a first line with the columns ${columns.join(', ')}`;
    throw new DatasetError({ file: path, expected, found: 'an empty file', remedy });
  }
  const cut = !text.closed && !(quotes && text.quoted) && indices.includes(width - 1);
  if (format.closed && cut) throw unclosed(place, format.closedOption);
}

/**
 * Passes records on as soon as they are parsed. A stream of objects would take half as long again, and the parser's own callback
 * (`on_record`) creates an object of information for each record, which takes as long as the parsing.
 */
class RecordParser extends Parser {
  readonly #take: (record: readonly string[], info: Info) => void;

  constructor(options: Options, take: (record: readonly string[], info: Info) => void) {
    super(options);
    this.#take = take;
  }

  override push(record: readonly string[] | null): boolean {
    if (record === null) return super.push(null);
    if (this.destroyed) return false;
    try {
      this.#take(record, this.info);
    } catch (error) {
      this.destroy(error as Error);
    }
    return true;
  }
}

/** Text with CRLF replaced by LF, because the parser counts a CRLF inside a value as two lines. */
class PlainLineEnds implements AsyncIterable<string> {
  readonly #pieces: AsyncIterable<string>;
  /** Whether the text so far ended with a line end. */
  closed = false;
  /** Whether it ended with a quote. */
  quoted = false;

  constructor(pieces: AsyncIterable<string>) {
    this.#pieces = pieces;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let held = '';
    for await (const piece of this.#pieces) {
      let text = held + piece;
      // The LF of a CRLF may be in the next chunk.
      held = text.endsWith('\r') ? '\r' : '';
      if (held !== '') text = text.slice(0, -1);
      if (text === '') continue;
      this.closed = text.endsWith('\n');
      this.quoted = text.endsWith('"');
      yield text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
    }
    if (held !== '') {
      this.closed = false;
      this.quoted = false;
      yield held;
    }
  }
}

function lineEndsIn(record: readonly string[]): number {
  return record.reduce((count, value) => count + value.split('\n').length - 1, 0);
}

/** The positions of columns in the header; -1 for an optional one that is missing. */
function locate(
  names: readonly string[],
  columns: readonly string[],
  optional: readonly string[],
  place: Place,
  remedyOf: (names: readonly string[]) => string | undefined,
): number[] {
  if (!columns.every((name) => names.includes(name))) {
    const remedy = remedyOf(names) ?? place.remedy;
    throw wrong(show(names.join(', ')), `a first line with the columns ${columns.join(', ')}`, { ...place, remedy });
  }
  const wanted = [...columns, ...optional];
  const twice = wanted.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) throw wrong(`the column ${show(twice)} twice`, 'each column once', place);
  return wanted.map((name) => names.indexOf(name));
}

/** The advice if the header has the columns, with another separator. */
function separatorRemedy(
  names: readonly string[],
  { columns, separator = ',', separatorOption }: CsvFormat,
): string | undefined {
  if (separatorOption === undefined) return undefined;
  const other = OTHER_SEPARATORS.find((each) => {
    const found = names.join(separator).split(each);
    return each !== separator && columns.every((name) => found.includes(name));
  });
  const quoted = JSON.stringify(other);
  return other === undefined ? undefined : `The columns are separated by ${quoted}: set ${separatorOption}: ${quoted}.`;
}

/** Separators to look for. */
const OTHER_SEPARATORS = [';', '\t', '|', ','];

function damaged(error: CsvError, place: Place): DatasetError {
  const expected = 'separated values, as RFC 4180 has them';
  const found = FAULTS[error.code] ?? error.message;
  return new DatasetError({ ...place, expected, found }, { cause: error });
}

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is opened and not closed before the end of the file',
  CSV_MAX_RECORD_SIZE: 'a record of more than a million letters, as a quote makes that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'letters behind the quote that closes a value',
  INVALID_OPENING_QUOTE: 'a quote inside a value that is not in quotes (where quotes are letters, say quotes: false)',
};
