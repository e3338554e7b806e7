import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { parseReplyRecord, type ReplyRecord } from '../reply-store.js';

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
 * Reads them back.
 * @throws {InvalidOptionError} at a line that is no reply, which it names; errors of the file system as they are.
 */
export async function* readJsonLines(path: string, isGzipped: boolean): AsyncGenerator<ReplyRecord> {
  const file = createReadStream(path);
  const input = isGzipped ? file.pipe(createGunzip()) : file;
  // The lines' reader does not pass on what goes wrong with its input.
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [file, input]) stream.on('error', reject);
  });
  failed.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (let number = 1; ; number++) {
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done === true) return;
      if (value.trim() !== '') yield parseReplyRecord(value, `${path}:${number}`);
    }
  } finally {
    file.destroy();
  }
}
