import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Digits of the digests in file names. */
const DIGITS = 12;

/**
 * A new temporary path in the folder of a file: `.<kind>-<file>-<host>-<process>-<unique>.tmp`, with digests of the file's and the
 * host's names, so that the next save finds the file of a killed one.
 * @param kind what is saved, such as `weights`.
 */
export function temporaryPathFor(target: string, kind: string, process: number = globalThis.process.pid): string {
  return join(dirname(target), `${prefixFor(target, kind)}${process}-${randomUUID()}.tmp`);
}

/**
 * Removes temporary files left by killed saves of the same file: those of processes of this host that have ended. Files of running
 * processes and of other hosts remain. Errors are ignored: a leftover file does no harm.
 */
export function removeStaleFiles(target: string, kind: string): void {
  const prefix = prefixFor(target, kind);
  for (const name of namesIn(dirname(target))) {
    const writer = name.startsWith(prefix) ? /^(\d+)-[\da-f-]+\.tmp$/.exec(name.slice(prefix.length)) : null;
    if (writer === null) continue;
    const path = join(dirname(target), name);
    try {
      if (isGone(Number(writer[1]), path)) rmSync(path, { force: true });
    } catch {
      // Another process was faster, or the file belongs to another user.
    }
  }
}

function prefixFor(target: string, kind: string): string {
  return `.${kind}-${digestOf(basename(target))}-${digestOf(hostname())}-`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the process that was writing a file has ended. */
function isGone(pid: number, path: string): boolean {
  // The first process of a container has the same number after every restart.
  if (pid === process.pid) return statSync(path).mtimeMs < Date.now() - 1000 * (process.uptime() + 1);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
