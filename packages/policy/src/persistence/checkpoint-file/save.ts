import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Checkpoint } from '@ialp/core';
import { removeStaleFiles, temporaryPathFor } from '../temporary-files.js';
import { systemError } from './checkpoint-file-error.js';
import { encodeParts } from './encode.js';

/**
 * Writes a checkpoint to a file atomically: to a temporary file in the same folder, which replaces the file once it is on the
 * disk. Until then, and after any error, the old file remains. A symbolic link is followed. The folder must exist. Synchronous,
 * so that `onCheckpoint` of `runOnline` can call it.
 *
 * A process that is killed while writing leaves a file `.checkpoint-*.tmp`; the next save to the same file removes it.
 * @throws {InvalidOptionError} for values that a checkpoint cannot hold: functions, other objects or arrays, more than 100 levels.
 * @throws {CheckpointFileError} if the file cannot be written.
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  const parts = encodeParts(checkpoint);
  try {
    replaceFile(targetOf(path), parts);
  } catch (cause) {
    throw systemError(path, 'a file in a folder that exists and can be written to', cause);
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function replaceFile(path: string, parts: readonly Uint8Array[]): void {
  removeStaleFiles(path, 'checkpoint');
  const temporary = temporaryPathFor(path, 'checkpoint');
  const file = openSync(temporary, 'wx');
  try {
    try {
      for (const part of parts) writeFileSync(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
