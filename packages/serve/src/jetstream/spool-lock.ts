import { open, readFile, rm } from 'node:fs/promises';
import { EventLogError } from '../errors.js';

/** Locks that this process holds: its own number in a file may also be left over from a process before it, as in a container. */
const held = new Set<string>();

/**
 * Reserves a folder for this process, until the returned function is called. The lock of a process that was killed is taken over.
 * @throws {EventLogError} if another process holds it.
 */
export async function lockSpool(path: string): Promise<() => Promise<void>> {
  if (held.has(path)) throw inUse(path, 'this process');
  held.add(path);
  try {
    await createLock(path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return async () => {
    if (held.delete(path)) await rm(path, { force: true });
  };
}

async function createLock(path: string): Promise<void> {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner !== process.pid && isAlive(owner)) throw inUse(path, `process ${owner}`);
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user cannot be signalled, but it lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(path: string, owner: string): EventLogError {
  return new EventLogError(`spool.folder: ${path} says that ${owner} uses it. Give each process a folder of its own.`);
}
