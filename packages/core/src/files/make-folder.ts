import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and its parents, if missing. Node's own `recursive` never returns if a file system fails with
 * `ENOENT`, as /proc does.
 * @throws the errors of Node's `mkdir`.
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  try {
    await mkdir(folder);
  } catch (error) {
    if (isThere(error)) return;
    if (!isMissingAbove(error, folder)) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder).catch((reason: unknown) => {
      if (!isThere(reason)) throw reason;
    });
  }
}

/** The synchronous form of `makeFolder`. */
export function makeFolderSync(path: string): void {
  const folder = resolve(path);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (isThere(error)) return;
    if (!isMissingAbove(error, folder)) throw error;
    makeFolderSync(dirname(folder));
    // Another process may have created it in the meantime.
    try {
      mkdirSync(folder);
    } catch (reason) {
      if (!isThere(reason)) throw reason;
    }
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function isMissingAbove(error: unknown, folder: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(folder) !== folder;
}
