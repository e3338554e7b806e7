import { type FileHandle, open } from 'node:fs/promises';
import { erasedEvents } from '../erased-events.js';
import type { ServeEvent } from '../events.js';
import { type ControlLine, isControl } from './control-lines.js';
import { encodeLine, jsonPlace, NEWLINE, type ParsedLine, parseLine } from './line-format.js';
import { appendControl, listSegments, segmentPath } from './segment-files.js';
import { codeOf } from './storage-error.js';

const CHUNK_BYTES = 131_072;
const BLANK = 32;
const ERASED = JSON.stringify({ type: 'erased' } satisfies ControlLine);

/** A line of a segment, and where it begins. */
interface PlacedLine {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly parsed: ParsedLine;
}

/**
 * Overwrites the events of a user or session in all segments, in place, so that positions stay valid. Lines that are damaged, or were never
 * completed, are blanked if they hold the id.
 * @returns how many events were erased.
 */
export async function eraseFromSegments(folder: string, id: string): Promise<number> {
  const segments = listSegments(folder);
  const newest = segments.at(-1);
  // Lines that a killed writer has left are ended, so that they are found below.
  if (newest !== undefined) appendControl(folder, newest, { type: 'mark' });

  const erased = erasedEvents(id);
  const text = Buffer.from(JSON.stringify(id));
  let isFound = false;
  const onVisit = ({ bytes, parsed }: PlacedLine): void => {
    if (!bytes.includes(text)) return;
    isFound = true;
    const event = eventOf(parsed);
    if (event !== undefined) erased.findVisits(event);
  };
  await forEachLine(folder, segments, 'r', onVisit, text);
  if (!isFound) return 0;
  await forEachLine(folder, segments, 'r', ({ parsed }) => {
    const event = eventOf(parsed);
    if (event !== undefined) erased.findDecisions(event);
  });
  let count = 0;
  let sealed = 0;
  await forEachLine(folder, segments, 'r+', async ({ bytes, offset, parsed }, file, segment) => {
    const blanked = blankedLine(bytes, parsed, text);
    if (blanked !== undefined) {
      await file.write(blanked, 0, blanked.length, offset);
      return;
    }
    if (parsed.type !== 'json') return;
    const value = JSON.parse(parsed.json) as ServeEvent | ControlLine;
    if (value.type === 'seal') sealed = segment;
    if (isControl(value) || !erased.includes(value)) return;
    const length = Buffer.byteLength(parsed.json);
    const line = encodeLine(ERASED.padEnd(length), parsed.sign);
    await file.write(line, 0, line.length, offset);
    // Lines behind the seal are copies that nobody reads.
    if (sealed !== segment) count++;
  });
  return count;
}

function eventOf(parsed: ParsedLine): ServeEvent | undefined {
  if (parsed.type !== 'json') return undefined;
  const value = JSON.parse(parsed.json) as ServeEvent | ControlLine;
  return isControl(value) ? undefined : value;
}

/** A line that cannot be read and holds a text, with blanks for its content; it stays as damaged as it was. */
function blankedLine(bytes: Buffer, parsed: ParsedLine, text: Buffer): Buffer | undefined {
  if (parsed.type !== 'cut' && parsed.type !== 'damaged') return undefined;
  return bytes.includes(text) ? Buffer.from(bytes).fill(BLANK, jsonPlace(bytes)) : undefined;
}

async function forEachLine(
  folder: string,
  segments: readonly number[],
  mode: 'r' | 'r+',
  onLine: (line: PlacedLine, file: FileHandle, segment: number) => void | Promise<void>,
  text?: Buffer,
): Promise<void> {
  for (const segment of segments) {
    const file = await open(segmentPath(folder, segment), mode).catch((error) => {
      // Another process has dropped it.
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (file === undefined) continue;
    try {
      for await (const line of linesOf(file, text)) {
        const done = onLine(line, file, segment);
        if (done !== undefined) await done;
      }
      if (mode === 'r+') await file.datasync();
    } finally {
      await file.close();
    }
  }
}

/**
 * The lines of a file, with those that were recovered from damaged ones. Bytes behind the last newline are left out.
 * @param text what the lines of interest hold; many of the others are skipped, which is ten times as fast.
 */
async function* linesOf(file: FileHandle, text?: Buffer): AsyncGenerator<PlacedLine> {
  let length = CHUNK_BYTES;
  for (let offset = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    const bytes = buffer.subarray(0, bytesRead);
    let at = text === undefined || bytes.includes(text) ? 0 : bytes.lastIndexOf(NEWLINE) + 1;
    for (let newline = bytes.indexOf(NEWLINE, at); newline !== -1; newline = bytes.indexOf(NEWLINE, at)) {
      const line = bytes.subarray(at, newline);
      const parsed = parseLine(line);
      const restAt = parsed.type === 'damaged' ? parsed.restAt : undefined;
      yield { bytes: line.subarray(0, restAt), offset: offset + at, parsed };
      at = restAt === undefined ? newline + 1 : at + restAt;
    }
    if (at === 0) {
      if (bytesRead < length) return;
      length *= 2;
    }
    offset += at;
  }
}
