import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFault } from '@ialp/core';
import { readBytes as readAllBytes, streamBytes as streamAllBytes } from '@ialp/core/files';
import type { DatasetError } from '../../errors.js';
import { createDatasetError } from './dataset-error.js';

/**
 * The bytes of a file, at most 512 MiB. Gzipped files are decompressed, whatever their names.
 * @param remedy what the user can do if the file is missing or damaged.
 * @throws {DatasetError} if the file is missing, unreadable, too large, or a damaged gzip.
 */
export function readBytes(path: string, remedy: string): Promise<Buffer> {
  return readAllBytes(path, { remedy, createError: createReadError });
}

/**
 * The same in chunks, for files that are too large for memory. The file is closed when the iteration ends, also if it ends early.
 * @throws {DatasetError} as `readBytes` does, from the iteration.
 */
export function streamBytes(path: string, remedy: string): AsyncGenerator<Buffer> {
  return streamAllBytes(path, { remedy, createError: createReadError });
}

/** The error of a file. In a file that cannot be opened there is no line to correct, so that part of the remedy is dropped. */
function createReadError(fault: FileFault, options?: ErrorOptions): DatasetError {
  if (fault.expected !== UNREADABLE) return createDatasetError(fault, options);
  const remedy = fault.remedy.replace(/^Correct the line, or start over: /, '').replace(' again from', ' from');
  return createDatasetError({ ...fault, remedy }, options);
}

/** What `@ialp/core/files` expects where a file is missing or may not be read. */
const UNREADABLE = 'a file that can be read';

/**
 * Refuses a path without a file, for which the advice about a damaged file would be wrong.
 * @throws {DatasetError}
 */
export async function checkPresent(path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  // The error of reading it says what is missing.
  if (!exists) await readAllBytes(path, { createError: createDatasetError });
}

/** Whether there is a file (not a folder) at a path. Also false if the path cannot be read. */
export async function hasFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/**
 * The path of a file in a folder, with `.gz` appended if only the gzipped file exists. If neither exists it is the plain path, so that
 * the error names the publisher's file.
 */
export async function locateFile(folder: string, name: string): Promise<string> {
  const plain = join(folder, name);
  const packed = `${plain}.gz`;
  return !(await hasFile(plain)) && (await hasFile(packed)) ? packed : plain;
}

/** Whether a folder has all of the named files, each plain or gzipped, by which a data set is recognised. */
export async function hasFiles(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await hasFile(await locateFile(folder, name)))) return false;
  return true;
}
