import { open, realpath, rename, rm } from 'node:fs/promises';
import type { Weights } from '../../network.js';
import { removeStaleFiles, temporaryPathFor } from '../temporary-files.js';
import { type EncodeWeightsOptions, encodeWeights } from '../weights/encode.js';
import { systemError } from './system-error.js';

/**
 * Writes weights to a file, all or nothing: into a new file beside it, which takes its place when all of it is on the
 * disk. Until then, and after any error, what was there stays. Where the path is a symbolic link, what it points to is
 * replaced. The folder must exist.
 *
 * A process that is killed meanwhile leaves a file `.weights-*.tmp` behind; the next save to the same file removes it.
 * @throws {InvalidOptionError} for weights or metadata that cannot be written.
 * @throws {WeightsFileError} where the file cannot be written.
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
