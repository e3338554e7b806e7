import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, if they are not there. Node's own `recursive` never returns where a file system refuses with
 * `ENOENT`, as /proc does.
 * @throws what `mkdir` of Node throws.
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

/** The same at once. */
export function makeFolderSync(path: string): void {
  const folder = resolve(path);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (isThere(error)) return;
    if (!isMissingAbove(error, folder)) throw error;
    makeFolderSync(dirname(folder));
    // Another process may have made it meanwhile.
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
