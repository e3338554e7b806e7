import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogFileError } from '../log-file-error.js';
import { eventsOfSegment, type SegmentEvents } from './segment-lines.js';

/** Version of the format that is read. */
const VERSION = 1;
const SEGMENT = /^events-\d{10,15}\.log$/;

/**
 * Reads a file event log of `@ialp/serve`, segment by segment, oldest first. The folder may be in use; nothing in it is changed.
 * @throws {LogFileError} if the folder cannot be read, holds no event log, or one of a later version.
 */
export async function* readSegments(folder: string): AsyncGenerator<SegmentEvents> {
  for (const name of await segmentNames(folder)) {
    const path = join(folder, name);
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      // Dropped in the meantime, as its events are older than the retention time.
      if (codeOf(cause) === 'ENOENT') continue;
      throw readingError(path, 'a segment that can be read', cause);
    }
    const segment = eventsOfSegment(bytes);
    if ((segment.version ?? VERSION) > VERSION) {
      const remedy = 'Update @ialp/metrics.';
      throw new LogFileError({ file: path, expected: `format ${VERSION}`, found: `${segment.version}`, remedy });
    }
    yield segment;
  }
}

async function segmentNames(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw readingError(folder, 'the folder of an event log', cause);
  }
  // Numbers of more than ten digits are longer, and come later.
  const segments = names.filter((name) => SEGMENT.test(name)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  if (segments.length > 0) return segments;
  throw new LogFileError({
    file: folder,
    expected: 'the folder of an event log, with files such as events-0000000001.log',
    found: names.length === 0 ? 'an empty folder' : `only ${names.slice(0, 3).join(', ')}`,
    remedy: 'Name the folder that openFileEventLog was given; of a server, the folder events in its --state.',
  });
}

function readingError(file: string, expected: string, cause: unknown): LogFileError {
  return new LogFileError({ file, expected, found: codeOf(cause), remedy: 'Check the path.' }, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
