import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeFolder } from '../test-support/folder.js';
import { LostLock, withLock } from './with-lock.js';

/** Vitest's default, a second, is too short on a busy machine. */
const PATIENT = { timeout: 60_000 };
const NEVER = new AbortController().signal;
const lockIn = async (): Promise<string> => join(await writeFolder({}), 'a.lock');

/** The number of a process that was. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

afterEach(() => void vi.useRealTimers());

describe('withLock', () => {
  it('lets one work at a time, and leaves nothing', async () => {
    const lock = await lockIn();
    let inside = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      seen.push(++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all([1, 2, 3, 4].map(() => withLock(lock, NEVER, work)));
    expect(seen).toEqual([1, 1, 1, 1]);
    expect(await readdir(join(lock, '..'))).toEqual([]);
  });

  it('passes on what the work returns and throws, and lets the next in', async () => {
    const lock = await lockIn();
    const fault = new Error('fault');
    await expect(withLock(lock, NEVER, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(await withLock(lock, NEVER, async () => 7)).toBe(7);
  });

  it('takes over from a process of this machine that is gone; many at once as well', async () => {
    const lock = await lockIn();
    await writeFile(lock, JSON.stringify({ pid: await deadProcess(), host: hostname(), token: 'gone' }));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(lock, NEVER, work)));
    expect(most).toBe(1);
    expect(await readdir(join(lock, '..'))).toEqual([]);
  });

  it.each([
    ['of another machine', JSON.stringify({ pid: 1, host: 'elsewhere', token: 'other' })],
    ['that is damaged', '{'],
  ])('takes over a lock %s once it was not touched for half a minute', async (_name, content) => {
    const lock = await lockIn();
    await writeFile(lock, content);
    const waiting = withLock(lock, AbortSignal.timeout(400), async () => 'in');
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const past = new Date(Date.now() - 31_000);
    await utimes(lock, past, past);
    expect(await withLock(lock, NEVER, async () => 'in')).toBe('in');
  });

  it('is not stopped by a guard whose maker is gone', async () => {
    const lock = await lockIn();
    const past = new Date(Date.now() - 31_000);
    for (const path of [lock, `${lock}.guard`]) {
      await writeFile(path, '{}');
      await utimes(path, past, past);
    }
    expect(await withLock(lock, NEVER, async () => 'in')).toBe('in');
    expect(await readdir(join(lock, '..'))).toEqual([]);
  });

  it('keeps its lock young, and ends its work where it was lost', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lock = await lockIn();
    const past = new Date(Date.now() - 20_000);
    const other = JSON.stringify({ pid: process.pid, host: hostname(), token: 'other' });
    const working = withLock(lock, NEVER, async (signal) => {
      await utimes(lock, past, past);
      vi.advanceTimersByTime(5000);
      await vi.waitFor(() => expect(ageOf(lock)).resolves.toBeLessThan(10), PATIENT);
      await writeFile(lock, other);
      vi.advanceTimersByTime(5000);
      await vi.waitFor(() => expect(signal.aborted).toBe(true), PATIENT);
      signal.throwIfAborted();
    });
    await expect(working).rejects.toBeInstanceOf(LostLock);
    // It is the other's now.
    expect(await readFile(lock, 'utf-8')).toBe(other);
  });
});

async function ageOf(path: string): Promise<number> {
  return (Date.now() - (await stat(path)).mtimeMs) / 1000;
}
