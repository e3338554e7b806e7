import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { wait } from '@ialp/core/retry';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Another for each time that a lock is taken. */
  readonly token: string;
}

/** A lock was taken over by another process while its holder slept. */
export class LostLock extends Error {
  override name = 'LostLock';
}

/** In seconds: how often the holder shows that it lives, and after how long without that it counts as dead. */
const HEARTBEAT = 5;
const STALE = 30;
/** In seconds: how often those who wait look again. */
const LOOK = 0.2;

/**
 * Does work while no other process, nor another call in this one, holds the same lock; waits for it first.
 *
 * The lock is a file that only one can create. Its holder touches it every 5 seconds. A lock that was not touched for 30
 * seconds, or whose holder is a process of this machine that is gone, is taken over. Should a holder sleep so long that
 * its lock is taken over, `signal` ends its work when it wakes.
 * @param work Is given a signal that is aborted with the caller's, or when the lock is lost.
 * @throws What the work throws, the signal's reason, errors of the file system, and a `LostLock` by way of the work.
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  while (!(await take(path, token))) {
    await removeStale(path);
    await wait(1000 * LOOK, signal);
  }
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    keep(path, token).catch((cause: unknown) => lost.abort(new LostLock(`The lock ${path} was lost.`, { cause })));
  }, 1000 * HEARTBEAT);
  heartbeat.unref();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

/** Creates the lock, unless there is one. */
async function take(path: string, token: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname(), token };
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function keep(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token !== token) throw new Error('It is held by another.');
  const now = new Date();
  await utimes(path, now, now);
}

/**
 * Removes a lock whose holder is gone. Two that judge the same lock must not remove it twice, for the second would
 * remove what a third has created since. So only who created a second file, the guard, looks once more and removes.
 */
async function removeStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const guard = `${path}.guard`;
  try {
    await (await open(guard, 'wx')).close();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // Its maker died within the few lines below.
    if ((await age(guard)) > STALE) await rm(guard, { force: true });
    return;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  const seconds = await age(path);
  if (seconds > STALE) return true;
  const holder = await readHolder(path);
  return holder?.host === hostname() && !isAlive(holder.pid);
}

/** Seconds since a file was touched; 0 where it is not there. */
async function age(path: string): Promise<number> {
  return stat(path).then(
    (entry) => (Date.now() - entry.mtimeMs) / 1000,
    () => 0,
  );
}

/** Undefined where there is no lock, or one that is just being written. */
async function readHolder(path: string): Promise<Partial<Holder> | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf-8'));
    return typeof holder === 'object' && holder !== null ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return !hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
