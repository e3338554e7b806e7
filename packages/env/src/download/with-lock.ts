import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { wait } from '@ialp/core/retry';

/** The holder of a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Unique for each acquisition. */
  readonly token: string;
}

/** Another process took the lock over while its holder was suspended. */
export class LostLock extends Error {
  override name = 'LostLock';
}

/** In seconds: how often the holder touches the lock, and after how long without a touch it is considered dead. */
const HEARTBEAT = 5;
const STALE = 30;
/** In seconds: how often waiting processes check the lock. */
const LOOK = 0.2;

/**
 * Runs `work` while it holds a lock that no other process, and no other call in this process, can hold. Waits for the lock first.
 *
 * The lock is a file that only one process can create. Its holder touches it every 5 seconds. A lock that was not touched for 30 seconds,
 * or whose holder is a process of this machine that has ended, is taken over. If a holder was suspended for so long, its signal aborts
 * when it resumes.
 * @param work gets a signal that aborts with the caller's, or when the lock is lost.
 * @throws what `work` throws, the signal's reason, errors of the file system, and through `work` a `LostLock`.
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
    touch(path, token).catch((cause: unknown) => lost.abort(new LostLock(`The lock ${path} was lost.`, { cause })));
  }, 1000 * HEARTBEAT);
  heartbeat.unref();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

/** Creates the lock file, unless it exists. */
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

async function touch(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token !== token) throw new Error('Another process holds it.');
  const now = new Date();
  await utimes(path, now, now);
}

/**
 * Removes a lock whose holder is gone. Two processes that find the same stale lock must not both remove it, because the second would remove
 * a new lock of a third. So only the process that creates a second file, the guard, checks again and removes it.
 */
async function removeStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const guard = `${path}.guard`;
  try {
    await (await open(guard, 'wx')).close();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // The process that created the guard died within the lines below.
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

/** Seconds since a file was touched; 0 if it does not exist. */
async function age(path: string): Promise<number> {
  return stat(path).then(
    (entry) => (Date.now() - entry.mtimeMs) / 1000,
    () => 0,
  );
}

/** Undefined if there is no lock, or it is just being written. */
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
    // EPERM: it is alive, and belongs to another user of the machine.
    return !hasCode(error, 'ESRCH');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
