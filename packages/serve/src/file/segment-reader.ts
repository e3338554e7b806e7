import { existsSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServeEvent } from '../events.js';
import type { SegmentPlace } from './log-position.js';
import { sealSegment, segmentPath } from './segment-files.js';
import { type Scan, scanLines } from './segment-scan.js';

/** Bytes to read at once: at least, for an event, and at most unless a single call of `append` has more. It takes 2 ms to parse the most. */
const LEAST_BYTES = 16_384;
const EVENT_BYTES = 700;
const MOST_BYTES = 131_072;
/** How long `erase` of another process may take to overwrite one event. */
const ERASURE_MS = 5;

/** What is known of the end of a segment; if it changes, there is more to read. */
export interface Tail {
  readonly segment: number;
  readonly size: number;
  readonly hasNext: boolean;
}

/** Events after a place. */
export interface Reading {
  readonly events: ServeEvent[];
  readonly damaged: number;
  readonly place: SegmentPlace;
  /** The end of the last segment, as it was before it was read. */
  readonly tail: Tail;
}

/** Looks at the end of a segment. */
export function tailOf(folder: string, segment: number): Tail {
  const { size = -1 } = statSync(segmentPath(folder, segment), { throwIfNoEntry: false }) ?? {};
  return { segment, size, hasNext: existsSync(segmentPath(folder, segment + 1)) };
}

/** Reads up to `maxEvents` events after a place, from as many segments as it takes. */
export async function readSegments(folder: string, from: SegmentPlace, maxEvents: number): Promise<Reading> {
  const events: ServeEvent[] = [];
  let damaged = 0;
  let place = from;
  for (;;) {
    const tail = tailOf(folder, place.segment);
    const found = await readSegment(segmentPath(folder, place.segment), place.offset, maxEvents - events.length);
    for (const event of found.events) events.push(event);
    damaged += found.damaged;
    // After a power failure a file may be shorter than what was read of it before. The next segment was then begun after it. What is read only now may
    // well be beyond the end of a moment ago: others still write to a segment that is not sealed.
    const isCut = tail.hasNext && place.offset > tail.size;
    place = { segment: place.segment, offset: found.end };
    if (events.length === maxEvents) return { events, damaged, place, tail };
    if (found.isSealed || isCut) {
      place = { segment: place.segment + 1, offset: 0 };
    } else if (!tail.hasNext || !seal(folder, place.segment)) {
      return { events, damaged, place, tail };
    }
  }
}

/** Ends a segment whose successor was created by a process that was killed then. Returns whether that was possible. */
function seal(folder: string, segment: number): boolean {
  try {
    sealSegment(folder, segment);
    return true;
  } catch {
    // A process that may write will do it.
    return false;
  }
}

async function readSegment(path: string, offset: number, maxEvents: number): Promise<Scan> {
  const file = await open(path, 'r');
  try {
    const events: ServeEvent[] = [];
    let damaged = 0;
    let end = offset;
    let length = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, maxEvents * EVENT_BYTES));
    for (;;) {
      const { scan, bytesRead } = await scanAt(file, end, length, maxEvents - events.length);
      for (const event of scan.events) events.push(event);
      damaged += scan.damaged;
      end += scan.end;
      if (scan.isSealed || events.length === maxEvents || bytesRead < length) {
        return { events, damaged, end, isSealed: scan.isSealed };
      }
      // A line, or a call of append, that is longer than what was read.
      if (scan.end === 0) length *= 2;
    }
  } finally {
    await file.close();
  }
}

async function scanAt(
  file: FileHandle,
  offset: number,
  length: number,
  maxEvents: number,
): Promise<{ readonly scan: Scan; readonly bytesRead: number }> {
  for (let isRepeated = false; ; isRepeated = true) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    const scan = scanLines(buffer.subarray(0, bytesRead), maxEvents);
    // What looks damaged may just be overwritten by an erasure.
    if (scan.damaged === 0 || isRepeated) return { scan, bytesRead };
    await sleep(ERASURE_MS);
  }
}
