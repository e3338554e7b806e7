import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBytes as readAllBytes, streamBytes as streamAllBytes } from '@ialp/core/files';
import { createDatasetError } from './dataset-error.js';

/**
 * A file's bytes, unpacked where they are gzipped, whatever the file's name says; at most 512 MiB of them.
 * @param remedy What the user can do if the file is missing or damaged.
 * @throws {DatasetError} if the file is missing, may not be read, is too large or is a damaged gzip.
 */
export function readBytes(path: string, remedy: string): Promise<Buffer> {
  return readAllBytes(path, { remedy, createError: createDatasetError });
}

/**
 * The same piece by piece, for files that are too large to be held at once. The file is closed when the iteration ends,
 * also where its reader ends it early.
 * @throws {DatasetError} as `readBytes` does, from the iteration.
 */
export function streamBytes(path: string, remedy: string): AsyncGenerator<Buffer> {
  return streamAllBytes(path, { remedy, createError: createDatasetError });
}

/**
 * Refuses a path at which there is nothing, where what can be done about a damaged file would be wrong advice.
 * @throws {DatasetError}
 */
export async function checkPresent(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  // Reading it says what is missing.
  if (!exists) await readAllBytes(path, { createError: createDatasetError });
}

/** Whether there is a file (not a folder) at a path. False as well where it cannot be looked at. */
export async function hasFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/**
 * The path of a file in a folder: as it is named, or with `.gz` behind it, where only that exists. Where neither does
 * it is the plain path, so that the error of reading it names the file that the publisher names.
 */
export async function locateFile(folder: string, name: string): Promise<string> {
  const plain = join(folder, name);
  const packed = `${plain}.gz`;
  return !(await hasFile(plain)) && (await hasFile(packed)) ? packed : plain;
}

/** Whether a folder has all of some files, each plain or gzipped: how a data set is known. */
export async function hasFiles(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await hasFile(await locateFile(folder, name)))) return false;
  return true;
}
