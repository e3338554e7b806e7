import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLogError } from '../errors.js';
import { lastEventEnd } from './control-lines.js';
import { formatPosition, type SegmentPlace } from './log-position.js';
import { listSegments, segmentPath, syncFolder } from './segment-files.js';

/** The end of a segment, which holds its last event. */
const TAIL_BYTES = 1_048_576;

/** Deletes the segments before a place. */
export async function dropSegments(folder: string, before: SegmentPlace): Promise<void> {
  const dropped = listSegments(folder).filter((segment) => segment < before.segment);
  const last = dropped.at(-1);
  if (last === undefined) return;
  // First, so that the positions of segments that are gone can always be told from those of another log.
  await writeMark(folder, { segment: last, offset: await endOf(segmentPath(folder, last)) });
  for (const segment of dropped) await rm(segmentPath(folder, segment), { force: true });
  await syncFolder(folder);
}

/**
 * Finds the place from which reading goes on: the same, or the next segment if all events of its own were read before it was dropped.
 * @throws {EventLogError} if events after the place were dropped, or if the log has never reached the place.
 */
export function resolvePlace(folder: string, log: string, place: SegmentPlace): SegmentPlace {
  if (existsSync(segmentPath(folder, place.segment))) return place;
  const segments = listSegments(folder);
  const position = formatPosition(log, place);
  if (segments.length === 0 || place.segment > segments[segments.length - 1]) {
    throw new EventLogError(
      `The position ${position} is behind the end of the event log in ${folder}. Was an older copy of the folder restored? Then restore the model store of the same time, too.`,
    );
  }
  const mark = readMark(folder);
  if (mark !== undefined && mark.segment === place.segment && place.offset >= mark.offset) {
    return { segment: place.segment + 1, offset: 0 };
  }
  throw new EventLogError(
    `The events after the position ${position} were dropped from ${folder}. Read from the oldest stored event: leave after out.`,
  );
}

/** Where the last event of a segment ends. */
async function endOf(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const end = lastEventEnd(buffer.subarray(0, bytesRead));
    return start + Math.max(0, end);
  } finally {
    await file.close();
  }
}

function markPath(folder: string): string {
  return join(folder, 'dropped.json');
}

async function writeMark(folder: string, mark: SegmentPlace): Promise<void> {
  const temporary = `${markPath(folder)}.${randomUUID()}`;
  try {
    await writeFile(temporary, `${JSON.stringify(mark)}\n`, { flush: true });
    await rename(temporary, markPath(folder));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The end of the last segment that was dropped; undefined if it is not known. */
function readMark(folder: string): SegmentPlace | undefined {
  try {
    return JSON.parse(readFileSync(markPath(folder), 'utf8'));
  } catch {
    return undefined;
  }
}
