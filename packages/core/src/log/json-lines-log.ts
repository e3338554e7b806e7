import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { checkOneOf } from '../checks/options.js';
import { type FileOptions, faultOf } from '../files/file-fault.js';
import type { JsonFields } from '../files/json-row.js';
import { readJsonRows } from '../files/json-rows.js';
import { LOG_FORMAT, type LoggedInteractions, type LogHeader, type StoredLog } from './interaction-log.js';
import { LogColumns } from './log-columns.js';
import { checkHeader, checkStoredLog, type LogRow, LogRules, rowOf } from './log-rules.js';
import { writeWhole } from './write-whole.js';

/** The result of `readJsonLinesLog`. */
export interface ReadLog extends StoredLog {
  /**
   * Number of the incomplete line, with `cut: 'drop'`. The line was dropped, or is missing if a gzip file ends after
   * the line before it.
   */
  readonly dropped?: number;
}

/** Options of `readJsonLinesLog`. */
export interface ReadLogOptions extends Pick<FileOptions, 'createError'> {
  /**
   * What to do with an incomplete last line or gzip file, left by a process that was killed while writing:
   * `refuse` the file, or `drop` the line. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
}

const VERSION = 1;
const REMEDY = 'Write the log again, or correct the line.';
const CUT_REMEDY = "The file is incomplete. Read the complete lines with the option cut: 'drop'.";
/** Fields whose numbers must be exact. */
const INTEGERS: ReadonlySet<string> = new Set(['session', 'turn', 'position', 'item']);
/** Number of digits that identify most numbers in single precision, and all of them. */
const [MIN_DIGITS, MAX_DIGITS] = [6, 9];
/** Number of rows that are formatted at once. */
const BATCH = 4096;

/**
 * Writes a log as JSON lines: the header, then one object per row,
 * `{"session":0,"turn":0,"item":3,"reward":1,"propensity":0.25}`. `position` is written if slates have more than one
 * item, `terminated` and `truncated` if they are 1. Numbers are read back to the same bits. A path that ends in `.gz`
 * is gzipped. The file is written atomically.
 * @throws {InvalidOptionError} if the log or the header is invalid. File system errors are thrown unchanged.
 */
export async function writeJsonLinesLog(path: string, stored: StoredLog): Promise<void> {
  checkStoredLog(stored);
  const { header, log } = stored;
  await writeWhole(path, async (temporary) => {
    const text = Readable.from(textOf(header, log));
    const file = createWriteStream(temporary, { flags: 'wx' });
    await (path.endsWith('.gz') ? pipeline(text, createGzip(), file) : pipeline(text, file));
  });
}

/** The line of the header, then batches of lines of rows. */
function* textOf(header: LogHeader, log: LoggedInteractions): Generator<string> {
  yield `${JSON.stringify({ format: LOG_FORMAT, version: VERSION, ...header })}\n`;
  for (let first = 0; first < log.session.length; first += BATCH) {
    const count = Math.min(BATCH, log.session.length - first);
    yield Array.from({ length: count }, (_, k) => lineOf(rowOf(log, first + k), header.slateSize)).join('');
  }
}

function lineOf(row: LogRow, slateSize: number): string {
  const { session, turn, position, item, reward, propensity, terminated, truncated } = row;
  const fields = {
    ...{ session, turn, ...(slateSize > 1 && { position }), item, reward: shortest(reward) },
    ...(propensity !== undefined && { propensity: shortest(propensity) }),
    ...(terminated === 1 && { terminated }),
    ...(truncated === 1 && { truncated }),
  };
  return `${JSON.stringify(fields)}\n`;
}

/** The shortest decimal number that rounds to the same single-precision number. */
function shortest(value: number): number {
  for (let digits = MIN_DIGITS; digits < MAX_DIGITS; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(MAX_DIGITS));
}

/**
 * Reads a log that `writeJsonLinesLog` wrote, or another program in the same format. Unknown fields and empty lines are
 * skipped. Gzip files are decompressed.
 * @throws {FileError} that names the line, if the file cannot be read, has another format, or has an invalid row: a
 *   session out of order or after its end, a missing turn, an unknown item, an invalid propensity.
 * @throws {InvalidOptionError} if `cut` is unknown.
 */
export async function readJsonLinesLog(path: string, options: ReadLogOptions = {}): Promise<ReadLog> {
  checkOneOf('cut', options.cut ?? 'refuse', ['refuse', 'drop']);
  const columns = new LogColumns();
  const read = { ...options, remedy: REMEDY, cutRemedy: CUT_REMEDY, isExact: (field: string) => INTEGERS.has(field) };
  let header: LogHeader | undefined;
  let rules: LogRules | undefined;
  const { dropped } = await readJsonRows(path, read, (fields, line) => {
    if (header === undefined || rules === undefined) {
      header = headerOf(fields, path, line, read);
      rules = new LogRules(header);
      return;
    }
    const row = rowFrom(fields);
    const fault = rules.next(row);
    if (fault !== undefined) throw faultOf(path, { line, ...fault }, read);
    columns.append(row);
  });
  // A file without rows has thrown, and the first row is the header.
  return { header: header as unknown as LogHeader, log: columns.log(), ...(dropped !== undefined && { dropped }) };
}

function headerOf(fields: JsonFields, path: string, line: number, options: FileOptions): LogHeader {
  const { format, version, ...rest } = fields;
  if (format !== LOG_FORMAT || version !== VERSION) {
    const found = `format ${JSON.stringify(format)}, version ${JSON.stringify(version)}`;
    throw faultOf(path, { line, found, expected: `a header of format "${LOG_FORMAT}", version ${VERSION}` }, options);
  }
  const header = rest as unknown as LogHeader;
  try {
    checkHeader(header);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw faultOf(path, { line, found, expected: 'a complete header' }, options, { cause });
  }
  return header;
}

/** Converts fields to a row; missing values and other types become NaN, which the rules reject. */
function rowFrom(fields: JsonFields): LogRow {
  const number = (name: string, missing = Number.NaN): number => {
    const value = fields[name] ?? missing;
    return typeof value === 'number' ? value : Number.NaN;
  };
  return {
    session: number('session'),
    turn: number('turn'),
    position: number('position', 0),
    item: number('item'),
    reward: Math.fround(number('reward')),
    propensity: fields['propensity'] === undefined ? undefined : Math.fround(number('propensity')),
    terminated: number('terminated', 0),
    truncated: number('truncated', 0),
  };
}
