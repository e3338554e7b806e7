import { streamText, type TextEncoding } from './text-file.js';

/** Lines that follow one another in a file. */
export interface LineBatch {
  /** Without their ends. */
  readonly lines: readonly string[];
  /** The number of the first one, from 1. */
  readonly first: number;
  /** Whether the last one had no line end: it may have been cut short. */
  readonly open: boolean;
}

/**
 * The lines of a file, many at a time, for files that are too large to be held at once. Lines end with LF or CRLF; the file
 * may be gzipped.
 * @throws {DatasetError} as `streamText` does, from the iteration.
 */
export async function* streamLines(path: string, encoding: TextEncoding, remedy: string): AsyncGenerator<LineBatch> {
  let first = 1;
  let rest = '';
  for await (const text of streamText(path, encoding, remedy)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length === 0) continue;
    yield { lines: lines.map(withoutReturn), first, open: false };
    first += lines.length;
  }
  if (rest !== '') yield { lines: [withoutReturn(rest)], first, open: true };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
