import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidOptionError } from '@ialp/core';
import { afterAll, describe, expect, test } from 'vitest';
import { decisionEvent } from '../conformance/sample-events.js';
import { EventLogError } from '../errors.js';
import type { EventLog } from '../event-log.js';
import type { FeedbackEvent } from '../events.js';
import { type FileEventLogOptions, openFileEventLog } from './event-log.js';
import { encodeLine } from './line-format.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-segments-'));
afterAll(() => rmSync(root, { recursive: true }));

const event = (id: string): FeedbackEvent => ({ type: 'feedback', id, at: 1, decision: 'd', reward: 1 });
const newFolder = (): string => join(root, randomUUID());
const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort();

async function readFrom(log: EventLog, after?: string): Promise<{ ids: string[]; damaged: number; position: string }> {
  const found = { ids: [] as string[], damaged: 0, position: after as string };
  for (;;) {
    const batch = await log.read({ after: found.position });
    found.ids.push(...batch.events.map((each) => (each as FeedbackEvent).id));
    found.damaged += batch.damaged;
    found.position = batch.position;
    if (batch.events.length === 0 && batch.damaged === 0) return found;
  }
}

async function withLog(
  run: (log: EventLog, folder: string) => Promise<void>,
  options: Partial<FileEventLogOptions> = {},
): Promise<void> {
  const folder = newFolder();
  const log = await openFileEventLog({ folder, ...options });
  try {
    await run(log, folder);
  } finally {
    await log.close();
  }
}

describe('segments', () => {
  test('are begun when one is full, and hold a line of text for each event', () =>
    withLog(
      async (log, folder) => {
        for (const id of ['a', 'b', 'c']) await log.append([event(id)]);
        expect(segmentsIn(folder)).toEqual([1, 2, 3, 4, 5].map((k) => `events-000000000${k}.log`));
        const lines = readFileSync(join(folder, 'events-0000000003.log'), 'utf8').split('\n');
        expect(lines).toContainEqual(
          `${encodeLine(JSON.stringify(event('b')))
            .toString()
            .trimEnd()}`,
        );
        expect(lines.at(-2)).toMatch(/^[0-9a-f]{8} 15 \{"type":"seal"\}$/);
      },
      { segmentBytes: 1 },
    ));

  test('of a power failure that are shorter than what was read: the events after it are read', async () => {
    const folder = newFolder();
    const before = await openFileEventLog({ folder });
    await before.append([event('a')]);
    await before.append([event('lost 1'), event('lost 2')]);
    const { position } = await readFrom(before);
    await before.close();
    const path = join(folder, segmentsIn(folder).at(-1) as string);
    truncateSync(path, readFileSync(path).indexOf('lost 1') - 40);

    const log = await openFileEventLog({ folder });
    expect((await readFrom(log, position)).ids).toEqual([]);
    await log.append([event('b')]);
    await log.append([event('c')]);
    expect(await readFrom(log, position)).toMatchObject({ ids: ['b', 'c'], damaged: 0 });
    expect((await readFrom(log)).ids).toEqual(['a', 'b', 'c']);
    await log.close();
  });

  test('whose writer was killed before it ended them are ended by others', async () => {
    const folder = newFolder();
    const before = await openFileEventLog({ folder });
    await before.append([event('a')]);
    await before.close();
    // As after the first of the two steps in which a segment is begun.
    writeFileSync(join(folder, 'events-0000000003.log'), '');
    const log = await openFileEventLog({ folder });
    const { ids, position } = await readFrom(log);
    expect(ids).toEqual(['a']);
    await log.append([event('b')]);
    expect((await readFrom(log, position)).ids).toEqual(['b']);
    expect(await readFrom(log)).toMatchObject({ ids: ['a', 'b'], damaged: 0 });
    await log.close();
  });

  test('whose seal is damaged end all the same', () =>
    withLog(
      async (log, folder) => {
        for (const id of ['a', 'b']) await log.append([event(id)]);
        for (const name of segmentsIn(folder)) {
          const text = readFileSync(join(folder, name), 'utf8');
          writeFileSync(join(folder, name), text.replace('"seal"', '"sexl"'));
        }
        expect(await readFrom(log)).toMatchObject({ ids: ['a', 'b'], damaged: 3 });
      },
      { segmentBytes: 1 },
    ));

  test('that were dropped: a position at their end is valid, one before it is not', () =>
    withLog(
      async (log, folder) => {
        await log.append([event('a')]);
        const start = (await log.read({ maxEvents: 1 })).position;
        await log.append([event('b'), event('b2')]);
        const end = (await log.read({ after: start, maxEvents: 2 })).position;
        const inside = (await log.read({ after: start, maxEvents: 1 })).position;
        await log.append([event('c')]);
        const { position } = await log.read({ after: end });
        await log.append([event('d')]);
        const count = segmentsIn(folder).length;
        await log.drop((await log.read({ after: end, maxEvents: 1 })).position);
        expect(segmentsIn(folder).length).toBeLessThan(count);
        expect((await readFrom(log, end)).ids).toEqual(['c', 'd']);
        expect((await readFrom(log, position)).ids).toEqual(expect.arrayContaining(['d']));
        for (const after of [start, inside]) {
          await expect(log.read({ after })).rejects.toThrow(
            /^The events after the position .* were dropped from .*leave after out\.$/,
          );
        }
      },
      { segmentBytes: 1 },
    ));
});

describe('erasing', () => {
  test('leaves no byte of the id, in whole lines, in damaged ones and in those of killed writers', () =>
    withLog(async (log, folder) => {
      await log.append([decisionEvent('d1', { session: 'secret' }), event('a')]);
      await log.append([decisionEvent('d2', { session: 'secret' })]);
      const path = join(folder, segmentsIn(folder).at(-1) as string);
      const bytes = readFileSync(path);
      bytes[bytes.lastIndexOf('"turn"') + 1] ^= 1;
      writeFileSync(path, bytes);
      const cut = encodeLine(JSON.stringify(decisionEvent('d3', { session: 'secret' })));
      appendFileSync(path, cut.subarray(0, -20));
      const before = await readFrom(log);
      expect(before).toMatchObject({ ids: ['d1', 'a'], damaged: 1 });
      expect(await log.erase('secret')).toBe(1);
      expect(readFileSync(path).includes('secret')).toBe(false);
      await log.append([event('b')]);
      expect(await readFrom(log)).toMatchObject({ ids: ['a', 'b'], damaged: 1 });
      expect((await readFrom(log, before.position)).ids).toEqual(['b']);
    }));

  test('while others append changes nothing of theirs', () =>
    withLog(
      async (log, folder) => {
        const other = await openFileEventLog({ folder, segmentBytes: 3000, sync: 'never' });
        const ids: string[] = [];
        const appending = (async () => {
          for (let k = 0; k < 300; k++) {
            ids.push(`n${k}`);
            await other.append([event(`n${k}`), decisionEvent(`d${k}`, { session: 'u', key: k })]);
          }
        })();
        let isOver = false;
        const done = appending.then(() => {
          isOver = true;
        });
        let erased = 0;
        while (!isOver) erased += await log.erase('u');
        await done;
        erased += await log.erase('u');
        expect(erased).toBe(300);
        expect(await readFrom(other)).toMatchObject({ ids, damaged: 0 });
        await other.close();
      },
      { segmentBytes: 3000, sync: 'never' },
    ));
});

describe('folders', () => {
  test('that are removed while events are appended: an error says so, and the log goes on', () =>
    withLog(async (log, folder) => {
      await log.append([event('a')]);
      renameSync(folder, `${folder} away`);
      await expect(log.append([event('b')])).rejects.toThrow(/removed or replaced while it was written to/);
      const error = await log.append([event('c')]).catch((thrown) => thrown);
      expect(EventLogError.isInstance(error)).toBe(true);
      expect(error.message).toBe(
        `Cannot append to ${folder}: it does not exist (ENOENT). Restore the folder; if it was deleted on purpose, restart the process.`,
      );
      renameSync(`${folder} away`, folder);
      await log.append([event('d')]);
      // The second event was written, but its caller was told that it may be lost.
      expect((await readFrom(log)).ids).toEqual(['a', 'b', 'd']);
    }));

  test('of a restored older copy, and of a later version, are told from others', async () => {
    const folder = newFolder();
    const log = await openFileEventLog({ folder, segmentBytes: 1 });
    for (const id of ['a', 'b', 'c']) await log.append([event(id)]);
    const { position } = await readFrom(log);
    await log.close();
    for (const name of segmentsIn(folder).slice(2)) rmSync(join(folder, name));
    const older = await openFileEventLog({ folder });
    await expect(older.read({ after: position })).rejects.toThrow(/is behind the end of the event log/);
    await older.close();
    const header = { type: 'segment', log: 'x', segment: 9, version: 2 };
    writeFileSync(join(folder, 'events-0000000009.log'), encodeLine(JSON.stringify(header)));
    await expect(openFileEventLog({ folder })).rejects.toThrow(/later version .*: expected format 1; found 2/);
  });

  test('and other options that are not valid are refused', async () => {
    const options: unknown[] = [
      {},
      { folder: '' },
      { folder: 'x', sync: 'often' },
      { folder: 'x', segmentBytes: 0 },
      { folder: 'x', path: 'y' },
    ];
    for (const each of options) {
      await expect(openFileEventLog(each as FileEventLogOptions)).rejects.toThrow(InvalidOptionError);
    }
    const path = join(root, 'a file');
    writeFileSync(path, '');
    await expect(openFileEventLog({ folder: path })).rejects.toThrow(EventLogError);
  });
});
