import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type JsonFields, parseJsonRow, readLines } from '@ialp/core/files';
import { createDatasetError } from '../datasets/dataset-error.js';
import { DatasetError } from '../errors.js';
import type { LoggedInteractions, LogHeader } from './interaction-log.js';
import { LogColumns } from './log-columns.js';
import { type LogRow, LogRules, requireHeader, requireLog, rowOf } from './log-rules.js';

/** A log and what it is about. */
export interface StoredLog {
  readonly header: LogHeader;
  readonly log: LoggedInteractions;
}

/** A log that was read from a file. */
export interface ReadLog extends StoredLog {
  /**
   * The number of the line at which the file was cut short, with `cut: 'drop'`. The line was dropped, or is missing where a gzip file
   * was cut at the end of the line before it.
   */
  readonly dropped?: number;
}

/** Options of `readJsonLines`. */
export interface ReadJsonLinesOptions {
  /**
   * What to do with a last line that was cut short, as a process leaves it that was killed while it wrote: `refuse` the file, or
   * `drop` the line. The same for a gzip file that was cut short. Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
}

/** The first line's word for what the file is. */
const FORMAT = 'ialp.log';
const VERSION = 1;
const REMEDY = 'Write the log again, or correct the line.';
const CUT = "The file was cut short. Read what there is with the option cut: 'drop'.";
/** Fields whose numbers must be exact. */
const INTEGERS: ReadonlySet<string> = new Set(['session', 'turn', 'position', 'item']);
/** Digits that tell most numbers in single precision from all others, and all of them. */
const [FEW_DIGITS, ALL_DIGITS] = [6, 9];
/** Rows that are turned into text at a time. */
const BATCH = 4096;

/**
 * Writes a log as JSON lines: first the header, then an object for each row,
 * `{"session":0,"turn":0,"item":3,"reward":1,"propensity":0.25}`. `position` stands where slates have more than one item,
 * `terminated` and `truncated` where they are 1. Numbers read back to the same bits. A path that ends in `.gz` is gzipped.
 * The file is there whole or not at all.
 * @throws {InvalidOptionError} for a log or header that breaks the rules; errors of the file system as they are.
 */
export async function writeJsonLines(path: string, { header, log }: StoredLog): Promise<void> {
  requireLog(log, header);
  const temporary = join(dirname(path), `.log-${randomUUID()}.tmp`);
  const text = Readable.from(textOf(header, log));
  const file = createWriteStream(temporary, { flags: 'wx' });
  try {
    await (path.endsWith('.gz') ? pipeline(text, createGzip(), file) : pipeline(text, file));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The header's line, then the rows' lines, some at a time. */
function* textOf(header: LogHeader, log: LoggedInteractions): Generator<string> {
  yield `${JSON.stringify({ format: FORMAT, version: VERSION, ...header })}\n`;
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

/** A number in single precision in as few digits as tell it. */
function shortest(value: number): number {
  for (let digits = FEW_DIGITS; digits < ALL_DIGITS; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(ALL_DIGITS));
}

/**
 * Reads a log that `writeJsonLines` wrote, or that anything else wrote in its form; fields that it does not know are passed
 * over. It may be gzipped.
 * @throws {DatasetError} where the file cannot be read, is no such log, or has a row that breaks the rules: a session out of
 *   order or after its end, a turn left out, an item that does not exist, a propensity that is none. It names the line.
 */
export async function readJsonLines(path: string, { cut = 'refuse' }: ReadJsonLinesOptions = {}): Promise<ReadLog> {
  const columns = new LogColumns();
  let header: LogHeader | undefined;
  let rules: LogRules | undefined;
  let dropped: number | undefined;
  let last = 0;
  let isCut = false;
  const onCut = (): void => {
    isCut = true;
  };
  const options = { remedy: REMEDY, createError: createDatasetError, cut, onCut };
  for await (const { lines, first, open } of readLines(path, options)) {
    last = first + lines.length - 1;
    for (let k = 0; k < lines.length; k++) {
      const place = { file: path, line: first + k };
      const parsed = parseJsonRow(lines[k], { isExact: (field) => INTEGERS.has(field) });
      if ('fault' in parsed) {
        if (open && cut === 'drop' && header !== undefined) {
          dropped = place.line;
          break;
        }
        throw new DatasetError({ remedy: REMEDY, ...place, ...parsed.fault, ...(open && { remedy: CUT }) });
      }
      const value = parsed.fields;
      if (header === undefined) {
        header = headerOf(value, place);
        rules = new LogRules(header);
        continue;
      }
      const row = rowFrom(value);
      const fault = rules?.next(row);
      if (fault !== undefined) throw new DatasetError({ ...place, ...fault, remedy: REMEDY });
      columns.append(row);
    }
  }
  if (isCut) dropped ??= last + 1;
  if (header === undefined)
    throw new DatasetError({ file: path, expected: 'a log', found: 'an empty file', remedy: REMEDY });
  return { header, log: columns.log(), ...(dropped !== undefined && { dropped }) };
}

function headerOf(fields: JsonFields, place: { file: string; line: number }): LogHeader {
  const { format, version, ...header } = fields;
  if (format !== FORMAT || version !== VERSION) {
    const found = `format ${JSON.stringify(format)}, version ${JSON.stringify(version)}`;
    throw new DatasetError({
      ...place,
      found,
      expected: `a header of format "${FORMAT}", version ${VERSION}`,
      remedy: REMEDY,
    });
  }
  try {
    requireHeader(header as unknown as LogHeader);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError({ ...place, found, expected: 'a complete header', remedy: REMEDY }, { cause });
  }
  return header as unknown as LogHeader;
}

/** A row from its fields; what is missing or of another type becomes NaN, which the rules refuse. */
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
