import { readFile } from 'node:fs/promises';
import { checkOptionNames } from '@ialp/core';
import { type DecodedWeights, type DecodeWeightsOptions, decodeWeights } from '../weights/decode.js';
import { systemError } from './system-error.js';

/** Options of `loadWeights`. */
export type LoadWeightsOptions = Omit<DecodeWeightsOptions, 'file'>;

/**
 * Reads weights from a file that `saveWeights` or a safetensors library wrote.
 * @throws {WeightsFileError}
 */
export async function loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<DecodedWeights> {
  checkOptionNames(options, ['catalogue']);
  const bytes = await readFile(path).catch((cause) => {
    throw systemError(path, 'a file of weights that can be read', cause);
  });
  return decodeWeights(bytes, { ...options, file: path });
}
