import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type FileFault, InvalidOptionError } from '@ialp/core';
import { readLines } from '@ialp/core/files';
import type { ReplyRecord } from '../reply-store.js';
import { parseReplyRecord } from './parse-reply-record.js';

/** Replies that are turned into text at a time. */
const BATCH = 1000;

/** Writes a reply a line; gzipped where the name ends in `.gz`. Gives their number. */
export async function writeJsonLines(
  path: string,
  records: Iterable<ReplyRecord>,
  isGzipped: boolean,
): Promise<number> {
  let count = 0;
  function* text(): Generator<string> {
    let lines: string[] = [];
    for (const record of records) {
      count++;
      if (lines.push(`${JSON.stringify(record)}\n`) === BATCH) {
        yield lines.join('');
        lines = [];
      }
    }
    yield lines.join('');
  }
  const file = createWriteStream(path, { flags: 'wx' });
  await (isGzipped ? pipeline(Readable.from(text()), createGzip(), file) : pipeline(Readable.from(text()), file));
  return count;
}

/**
 * Reads them back. Unpacks what is gzipped, whatever its name.
 * @throws {InvalidOptionError} at a line that is no reply, is not UTF-8 or is longer than 32 MiB; it names the line.
 */
export async function* readJsonLines(path: string): AsyncGenerator<ReplyRecord> {
  const createError = ({ file, line, found, expected }: FileFault): Error =>
    new InvalidOptionError(line === undefined ? file : `${file}:${line}`, found, expected);
  for await (const { lines, first } of readLines(path, { createError })) {
    for (const [k, line] of lines.entries()) {
      if (line.trim() !== '') yield parseReplyRecord(line, `${path}:${first + k}`);
    }
  }
}
