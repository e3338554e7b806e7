/** A reader beside writers: what it sees of a segment whose successor exists, but that nobody has sealed yet. */
import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { FeedbackEvent } from '../events.js';
import { openFileEventLog } from './event-log.js';
import { encodeLine } from './line-format.js';
import { createSegment, identifyLog, listSegments, segmentPath } from './segment-files.js';
import { readSegments } from './segment-reader.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-reader-'));
afterAll(() => rmSync(root, { recursive: true }));

const event = (id: string): FeedbackEvent => ({ type: 'feedback', id, at: 1, decision: 'd', reward: 1 });
const newestOf = (folder: string): number => listSegments(folder).at(-1) as number;
const idsOf = (events: readonly object[]): string[] => events.map((each) => (each as FeedbackEvent).id);

test('events that others append while it reads keep it in the segment until that is sealed', async () => {
  const folder = join(root, 'growing');
  const log = await openFileEventLog({ folder });
  await log.append([event('a')]);
  const segment = newestOf(folder);
  // Another process has begun the next segment, and is about to seal this one.
  createSegment(folder, identifyLog(folder), segment + 1);
  const reading = readSegments(folder, { segment, offset: 0 }, 100);
  appendFileSync(segmentPath(folder, segment), `\n${encodeLine(JSON.stringify(event('b')))}`);
  const first = await reading;
  // This process still writes to it.
  await log.append([event('c')]);
  const second = await readSegments(folder, first.place, 100);
  expect(idsOf([...first.events, ...second.events])).toEqual(['a', 'b', 'c']);
  await log.close();
});

test('a segment that a power failure has cut to less than was read of it ends where it was cut', async () => {
  const folder = join(root, 'cut');
  const log = await openFileEventLog({ folder });
  await log.append([event('a')]);
  await log.append([event('b')]);
  const { place } = await readSegments(folder, { segment: newestOf(folder), offset: 0 }, 100);
  await log.close();
  truncateSync(segmentPath(folder, place.segment), place.offset - 20);
  const after = await openFileEventLog({ folder });
  await after.append([event('c')]);
  expect(idsOf((await readSegments(folder, place, 100)).events)).toEqual(['c']);
  await after.close();
});
