import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { type ByteOptions, inMebibytes, streamBytes } from './bytes.js';
import { faultOf } from './file-fault.js';

/** Consecutive lines of a file. */
export interface LineBatch {
  /** Lines without line ends. */
  readonly lines: readonly string[];
  /** Number of the first line, from 1. */
  readonly first: number;
  /** Whether the last line has no line end; it may be incomplete. */
  readonly open: boolean;
}

/** Options of `readLines`. */
export interface LineOptions extends ByteOptions {
  /** Maximum size of a line in bytes. Default 32 MiB. */
  readonly maxLineBytes?: number;
}

const DEFAULT_MAX_LINE_BYTES = 32 * 2 ** 20;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads the lines of a UTF-8 file in batches, for files that do not fit in memory. Lines end with LF or CRLF; a
 * byte-order mark is skipped; gzip files are decompressed. Time grows linearly with the file, and memory only with its
 * longest line.
 * @throws {FileError} from the iteration, with the line, if the file cannot be read, is not UTF-8, or has a line longer
 *   than `maxLineBytes`.
 */
export async function* readLines(path: string, options: LineOptions = {}): AsyncGenerator<LineBatch> {
  const { maxLineBytes = DEFAULT_MAX_LINE_BYTES } = options;
  let first = 1;
  let isStart = true;
  /**
   * The beginning of an unfinished line, as a list of pieces: joining it with every piece would take quadratic time.
   */
  let held: Buffer[] = [];
  let heldBytes = 0;

  const checkLength = (bytes: number, line: number): void => {
    if (bytes <= maxLineBytes) return;
    const expected = `lines of at most ${inMebibytes(maxLineBytes)}`;
    throw faultOf(path, { line, expected, found: 'a longer line' }, options);
  };
  const take = (bytes: Buffer, open: boolean): LineBatch => {
    const text = withoutMark(bytes, isStart);
    isStart = false;
    const lines = decode(text, path, first, options).split('\n');
    for (let k = 0; k < lines.length; k++) {
      // UTF-8 has at most three bytes per UTF-16 code unit.
      if (3 * lines[k].length > maxLineBytes) checkLength(Buffer.byteLength(lines[k]), first + k);
      if (lines[k].endsWith('\r')) lines[k] = lines[k].slice(0, -1);
    }
    const batch = { lines, first, open };
    first += lines.length;
    return batch;
  };

  for await (const piece of streamBytes(path, options)) {
    const end = piece.lastIndexOf(LINE_FEED);
    checkLength(heldBytes + (end < 0 ? piece.length : piece.indexOf(LINE_FEED)), first);
    if (end >= 0) {
      yield take(Buffer.concat([...held, piece.subarray(0, end)]), false);
      held = [];
      heldBytes = 0;
    }
    if (end + 1 < piece.length) held.push(piece.subarray(end + 1));
    heldBytes += piece.length - end - 1;
  }
  if (heldBytes > 0) yield take(Buffer.concat(held), true);
}

function withoutMark(bytes: Buffer, isStart: boolean): Buffer {
  return isStart && BYTE_ORDER_MARK.equals(bytes.subarray(0, BYTE_ORDER_MARK.length))
    ? bytes.subarray(BYTE_ORDER_MARK.length)
    : bytes;
}

function decode(bytes: Buffer, path: string, first: number, options: LineOptions): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = first === 1 && (bytes[0] === 0xff || bytes[0] === 0xfe);
    const found = isUtf16 ? 'text in UTF-16' : 'bytes that are not UTF-8';
    throw faultOf(path, { line: lineOfFault(bytes, first), expected: 'text in UTF-8', found }, options, { cause });
  }
}

/** The first line that is not UTF-8. */
function lineOfFault(bytes: Buffer, first: number): number {
  let line = first;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    line++;
    start = end + 1;
  }
}
