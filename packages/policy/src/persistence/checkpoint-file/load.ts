import { readFileSync } from 'node:fs';
import type { Checkpoint } from '@ialp/core';
import { systemError } from './checkpoint-file-error.js';
import { decodeCheckpoint } from './decode.js';

/**
 * Reads a checkpoint from a file that `saveCheckpoint` wrote. `runOnline` checks whether it is of the same deployment.
 *
 * ```ts
 * saveCheckpoint(path, { learner: learner.checkpoint(), random: random.state() });
 * const saved = loadCheckpoint<{ learner: Checkpoint; random: number[] }>(path);
 * learner.restore(saved.learner);
 * random.restore(saved.random);
 * ```
 *
 * @typeParam Content what was saved. It is not checked here: each part's `restore` refuses what is not its own.
 * @throws {CheckpointFileError} which says in `problem` what is wrong; of a damaged file nothing is taken.
 */
export function loadCheckpoint<Content extends Checkpoint = Checkpoint>(path: string): Content {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw systemError(path, 'a file of a checkpoint that can be read', cause);
  }
  return decodeCheckpoint(bytes, { name: path });
}
