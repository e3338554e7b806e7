import { pipeline } from 'node:stream/promises';
import { show } from '@ialp/core';
import { CsvError, type Info, type Options, Parser } from 'csv-parse';
import { DatasetError } from '../../errors.js';
import { type Place, wrong } from './fields.js';
import { streamText, type TextEncoding, unclosed } from './text-file.js';

/** What a file of separated values must look like. */
export interface CsvFormat {
  /** Columns that are wanted, by their names in the first line; others are passed over. */
  readonly columns: readonly string[];
  /** Wanted columns that may be missing; their values are empty then. */
  readonly optional?: readonly string[];
  /** Default: a comma. */
  readonly separator?: string;
  /** Default UTF-8. A byte-order mark outweighs it. */
  readonly encoding?: TextEncoding;
  /** Whether values may be in double quotes. Default true; tab-separated files of old have quotes that mean nothing. */
  readonly quotes?: boolean;
  /**
   * Whether the last line must have its line end. Default false. True where the last column could be cut short and
   * still look whole, as a count can. It is not asked for where that column is passed over, or its last value is in quotes.
   */
  readonly closed?: boolean;
  /** What the caller can say to do without that line end, for the message. */
  readonly closedOption?: string;
  /** The option in which the caller names the separator, for the message. Default: none. */
  readonly separatorOption?: string;
  /** Receives the names in the first line, before the first record. */
  readonly onHeader?: (names: readonly string[]) => void;
  /** What the user can do if the file is missing or damaged. */
  readonly remedy: string;
}

/** Longer records are taken for a quote that is not closed: the rest of a large file would fill the memory. */
const LONGEST_RECORD = 2 ** 20;

/**
 * Receives a record: its values in the order of `columns` and then `optional`, and the line where it begins. The array
 * and the place are used again for the next record.
 */
export type OnRecord = (values: readonly string[], place: Place) => void;

/**
 * Reads a file of separated values (RFC 4180) record by record, so that it may be larger than memory. It may be
 * gzipped, begin with a byte-order mark, and end its lines with LF or CRLF, which is LF inside values. Empty lines are
 * passed over.
 * @throws {DatasetError} if the file cannot be read, is empty, is not in its encoding, lacks a wanted column, names
 *   one twice, or has a record of another length or with a stray or open quote. What `onRecord` throws is passed on.
 */
export async function readCsv(path: string, format: CsvFormat, onRecord: OnRecord): Promise<void> {
  const { columns, optional = [], separator = ',', quotes = true, remedy } = format;
  const place = { file: path, line: 1, remedy };
  const values = new Array<string>(columns.length + optional.length);
  let indices: number[] | undefined;
  let width = 0;
  /** Where the next record begins, if no empty lines stand before it. */
  let next = 1;
  /** What the parser counted so far. It counts some of the line ends in values twice, but none too few. */
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
    max_record_size: LONGEST_RECORD,
  };
  const parser = new RecordParser(options, take);
  parser.resume();
  const text = new PlainLineEnds(streamText(path, format.encoding ?? 'utf-8', remedy));
  try {
    await pipeline(text, parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Where a quote is open the parser is far behind the line of the quote.
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
 * Hands records on as soon as they are parsed, and no further: a stream of objects would take half as long again, and
 * the parser's own call back (`on_record`) makes an object of facts for each record, which takes as long as the
 * parsing.
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

/** A text whose lines end with LF alone. The parser counts a CRLF inside a value as two lines. */
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
      // The other half of a CRLF may be in the next piece.
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

/** Where the wanted columns stand in the first line; -1 for an optional one that is missing. */
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

/** What to do where the columns are there, with something else between them. */
function separatorRemedy(
  names: readonly string[],
  { columns, separator = ',', separatorOption }: CsvFormat,
): string | undefined {
  if (separatorOption === undefined) return undefined;
  const other = OTHER_SEPARATORS.find((each) => {
    const found = names.join(separator).split(each);
    return each !== separator && columns.every((name) => found.includes(name));
  });
  const said = JSON.stringify(other);
  return other === undefined ? undefined : `The columns are separated by ${said}: say ${separatorOption}: ${said}.`;
}

/** What may stand between columns. */
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
