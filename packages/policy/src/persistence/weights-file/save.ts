import { open, realpath, rename, rm } from 'node:fs/promises';
import type { Weights } from '../../network.js';
import { removeStaleFiles, temporaryPathFor } from '../temporary-files.js';
import { type EncodeWeightsOptions, encodeWeights } from '../weights/encode.js';
import { systemError } from './system-error.js';

/**
 * Writes weights to a file atomically: to a temporary file in the same folder, which replaces the file once it is on the disk.
 * Until then, and after any error, the old file remains. A symbolic link is followed. The folder must exist.
 *
 * A process that is killed while writing leaves a file `.weights-*.tmp`; the next save to the same file removes it.
 * @throws {InvalidOptionError} for weights or metadata that cannot be written.
 * @throws {WeightsFileError} if the file cannot be written.
 */
export async function saveWeights(path: string, weights: Weights, options: EncodeWeightsOptions = {}): Promise<void> {
  const bytes = await encodeWeights(weights, options);
  try {
    await replaceFile(await realpath(path).catch(() => path), bytes);
  } catch (cause) {
    throw systemError(path, 'a file in a folder that exists and can be written to', cause as NodeJS.ErrnoException);
  }
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  removeStaleFiles(path, 'weights');
  const temporary = temporaryPathFor(path, 'weights');
  const file = await open(temporary, 'wx');
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
