import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EventLogError, ModelStoreError } from '../errors.js';
import type { FeedbackEvent } from '../events.js';
import { openFileEventLog } from './event-log.js';
import { openFileModelStore } from './model-store.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-full-'));
const disk = join(root, 'disk');

/** A file system of 1 MB; undefined if this process may not mount one. */
function mountDisk(): true | undefined {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return undefined;
  }
}

const isMounted = mountDisk();
afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', disk]);
  rmSync(root, { recursive: true });
});
const why = isMounted ? '' : ' (not run: mounting a small file system needs root on Linux)';

const eventsOf = (call: number): FeedbackEvent[] =>
  Array.from({ length: 1 + (call % 3) }, (_, k) => ({
    type: 'feedback',
    id: `${call}:${k}`,
    at: 1,
    decision: 'x'.repeat((call * 97) % 3000),
    reward: 1,
  }));

test.runIf(isMounted)(`an event log on a full disk says so, loses nothing and goes on${why}`, async () => {
  const folder = join(disk, 'events');
  const log = await openFileEventLog({ folder, segmentBytes: 200_000 });
  const expected: string[] = [];
  const failures: unknown[] = [];
  const appendUntilFull = async (first: number): Promise<void> => {
    for (let call = first; failures.length === 0; call += 10) {
      const calls = Array.from({ length: 10 }, (_, k) => eventsOf(call + k));
      const results = await Promise.allSettled(calls.map((events) => log.append(events)));
      results.forEach((result, k) => {
        if (result.status === 'rejected') failures.push(result.reason);
        else expected.push(...calls[k].map(({ id }) => id));
      });
    }
  };
  const readIds = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const batch = await log.read({ after });
      expect(batch.damaged).toBe(0);
      ids.push(...batch.events.map((event) => (event as FeedbackEvent).id));
      after = batch.position;
      if (batch.events.length === 0) return ids;
    }
  };

  const ballast = join(disk, 'ballast');
  for (const [round, bytes] of [180_000, 120_000, 60_000].entries()) {
    writeFileSync(ballast, Buffer.alloc(bytes));
    await appendUntilFull(round * 100_000);
    expect(failures.every((error) => EventLogError.isInstance(error))).toBe(true);
    expect(String(failures[0])).toMatch(/Cannot append to .*events.*: no space is left on the disk \(ENOSPC\)\. Free/);
    failures.length = 0;
    expect(await readIds()).toEqual(expected);
    rmSync(ballast);
    await log.append(eventsOf(round * 100_000 + 99_999));
    expected.push(...eventsOf(round * 100_000 + 99_999).map(({ id }) => id));
    expect(await readIds()).toEqual(expected);
  }
  await log.close();
  rmSync(folder, { recursive: true });
});

test.runIf(isMounted)(`an event log on a read-only disk says so, and can be read${why}`, async () => {
  const folder = join(disk, 'read-only');
  const before = await openFileEventLog({ folder });
  await before.append(eventsOf(3));
  await before.close();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const log = await openFileEventLog({ folder });
  try {
    await expect(log.append(eventsOf(0))).rejects.toThrow(
      /the file system is read-only \(EROFS\)\. Mount it for writing/,
    );
    expect((await log.read()).events).toEqual(eventsOf(3));
  } finally {
    execFileSync('mount', ['-o', 'remount,rw', disk]);
  }
  await log.append(eventsOf(6));
  expect((await log.read()).events).toEqual([...eventsOf(3), ...eventsOf(6)]);
  await log.close();
  rmSync(folder, { recursive: true });
});

test.runIf(isMounted)(`a model store on a full disk says so, and has the version before${why}`, async () => {
  const store = await openFileModelStore({ folder: join(disk, 'models') });
  const small = Buffer.from('small');
  expect(await store.put('m', small, 0)).toBe(true);
  const error = await store.put('m', Buffer.alloc(2_000_000), 1).catch((thrown) => thrown);
  expect(ModelStoreError.isInstance(error)).toBe(true);
  expect(String(error)).toMatch(/Cannot store the model 'm' in .*: no space is left on the disk \(ENOSPC\)\. Free/);
  expect(await store.latest('m')).toEqual({ version: 1, bytes: Uint8Array.from(small) });
  expect(await store.put('m', Buffer.from('next'), 1)).toBe(true);
  await store.close();
});
