import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { DatasetError } from '../../errors.js';
import { readBytes, streamBytes } from './byte-stream.js';
import type { Place } from './fields.js';

/** The encoding of a text file. `latin1` is ISO-8859-1. */
export type TextEncoding = 'utf-8' | 'latin1';

/** `mixed`: each line is in UTF-8 if it is valid UTF-8, otherwise in ISO-8859-1. */
export type LineEncoding = TextEncoding | 'mixed';

/** A text file as lines. Line `k` of the file, counted from 1, is `lines[k - 1]`. */
export interface TextFile {
  /** The path, as the caller wrote it. */
  readonly path: string;
  /** At least one line, without line ends. Empty lines at the end of the file are dropped. */
  readonly lines: readonly string[];
  /** Whether the last line ended with a line end. If not, the file may have been cut short. */
  readonly closed: boolean;
}

const LINE_FEED = 0x0a;
const UTF8_BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a file as lines, which end with LF or CRLF. The file may be gzipped.
 * @param remedy what the user can do if the file is missing or damaged.
 * @throws {DatasetError} as `readText` does, and if all lines are empty.
 */
export async function readTextFile(path: string, encoding: LineEncoding, remedy: string): Promise<TextFile> {
  const text = await readText(path, encoding, remedy);
  const lines = text.split(/\r?\n/);
  const closed = lines.at(-1) === '';
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new DatasetError({ file: path, expected: 'lines of text', found: 'none', remedy });
  return { path, lines, closed };
}

/**
 * Reads a file as one string, without a byte-order mark. A file that is valid UTF-8 is read as UTF-8 whatever `encoding` says, because
 * a program may have converted it. Latin-1 text with letters beyond ASCII is hardly ever valid UTF-8; it would need sequences such
 * as "Ã©" only.
 * @param remedy what the user can do if the file is missing or damaged.
 * @throws {DatasetError} if the file is missing, unreadable, empty or not in its encoding.
 */
export async function readText(path: string, encoding: LineEncoding, remedy: string): Promise<string> {
  const bytes = await readBytes(path, remedy);
  if (bytes.length === 0) throw new DatasetError({ file: path, expected: 'text', found: 'an empty file', remedy });
  refuseUtf16(bytes, path, remedy);
  const utf8 = encoding === 'utf-8' || isMarked(bytes) || isUtf8(bytes);
  // Not TextDecoder for Latin-1: the web's 'latin1' is Windows-1252.
  if (encoding === 'latin1' && !utf8) return bytes.toString('latin1');
  if (encoding === 'mixed' && !utf8) return decodeMixed(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8({ file: path, line: lineOfFault(bytes, 1), remedy }, cause);
  }
}

/**
 * The text of a file in chunks, for files that are too large for memory; see `readText`. A file in Latin-1 is read twice, first to check
 * that it is not UTF-8.
 * @throws {DatasetError} as `readText` does, from the iteration; an empty file gives no text and no error.
 */
export async function* streamText(path: string, encoding: TextEncoding, remedy: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const latin1 = encoding === 'latin1' && !(await isUtf8File(path, remedy));
  let first = true;
  let line = 1;
  // The end of the previous chunk, where a character may begin that ends in this one.
  let tail: Buffer = Buffer.alloc(0);
  for await (const bytes of streamBytes(path, remedy)) {
    if (first) refuseUtf16(bytes, path, remedy);
    first = false;
    if (latin1) {
      yield bytes.toString('latin1');
      continue;
    }
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw notUtf8({ file: path, line: lineOfFault(Buffer.concat([tail, bytes]), line), remedy }, cause);
    }
    tail = openLetter(bytes);
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) line++;
    yield text;
  }
  if (latin1) return;
  try {
    // Throws if the file ends within a character; there is no more text to yield.
    decoder.decode();
  } catch (cause) {
    throw notUtf8({ file: path, line, remedy }, cause);
  }
}

/**
 * Checks that the last line ends with a line end; otherwise a truncated value would look complete.
 * @throws {DatasetError} if the line end is missing.
 */
export function checkClosed({ path, lines, closed }: TextFile, remedy: string): void {
  if (!closed) throw unclosed({ file: path, line: lines.length, remedy });
}

/** The error for a last line without a line end, whose last value may be truncated. */
export function unclosed(place: Place, option?: string): DatasetError {
  return new DatasetError({
    ...place,
    expected: 'a line end after the last line',
    found: 'none: the file may have been cut short',
    remedy: `If the last line is complete, add a line end${option === undefined ? '' : `, or ${option}`}. ${otherwise(place.remedy)}`,
  });
}

/** A remedy as the second choice: `Otherwise correct the file.` */
function otherwise(remedy: string): string {
  return `Otherwise ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`;
}

/** Whether a file begins with the byte-order mark of UTF-8, or is valid UTF-8. Stops at the first invalid byte. */
async function isUtf8File(path: string, remedy: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  for await (const bytes of streamBytes(path, remedy)) {
    if (first && isMarked(bytes)) return true;
    first = false;
    if (!decodes(decoder, bytes)) return false;
  }
  return decodes(decoder);
}

function decodes(decoder: TextDecoder, bytes?: Buffer): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** Refuses UTF-16, in which spreadsheets save "Unicode text". */
function refuseUtf16(bytes: Uint8Array, path: string, remedy: string): void {
  const mark = (bytes[0] << 8) | bytes[1];
  if (bytes.length < 2 || (mark !== 0xfffe && mark !== 0xfeff)) return;
  const advice = `Save it as UTF-8. ${remedy}`;
  throw new DatasetError({ file: path, expected: 'text in UTF-8', found: 'text in UTF-16', remedy: advice });
}

/** Decodes each line on its own. Line feeds are the same byte in both encodings, and part of no other character. */
function decodeMixed(bytes: Buffer): string {
  const lines = bytes.toString('latin1').split('\n');
  return lines
    .map((line) => {
      const own = Buffer.from(line, 'latin1');
      return isUtf8(own) ? own.toString('utf-8') : line;
    })
    .join('\n');
}

function notUtf8(place: Place, cause: unknown): DatasetError {
  return new DatasetError({ ...place, expected: 'text in UTF-8', found: 'bytes that are not UTF-8' }, { cause });
}

/** The first line that is not UTF-8, if `line` is the line of the first byte; otherwise the last, which may be incomplete. */
function lineOfFault(bytes: Buffer, line: number): number {
  let at = line;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return at;
    at++;
    start = end + 1;
  }
}

/** The bytes at the end of a chunk of UTF-8, at most 3, that begin a character; or the last character if none is incomplete. */
function openLetter(bytes: Buffer): Buffer {
  for (let start = bytes.length - 1; start >= Math.max(0, bytes.length - 3); start--) {
    if (bytes[start] >= 0xc0) return bytes.subarray(start);
    if (bytes[start] < 0x80) break;
  }
  return bytes.subarray(bytes.length);
}

function isMarked(bytes: Uint8Array): boolean {
  return UTF8_BYTE_ORDER_MARK.equals(bytes.subarray(0, UTF8_BYTE_ORDER_MARK.length));
}
