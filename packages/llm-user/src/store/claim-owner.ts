import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where process numbers mean the same: a host and, on Linux, a namespace of processes, such as a container's. */
const PLACE = JSON.stringify([hostname(), processNamespace()]);

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** The owner of a claim as it is stored: with the process that claims for it. */
export function storedOwner(owner: string): string {
  return JSON.stringify([PLACE, process.pid, owner]);
}

/** Whether the process of a stored owner is known to have ended. That of another host, or of another form, is not. */
export function isOwnerDead(stored: string): boolean {
  try {
    const [place, pid] = JSON.parse(stored);
    return place === PLACE && Number.isSafeInteger(pid) && !isRunning(pid);
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    // Sends nothing; asks whether a signal could be sent.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
