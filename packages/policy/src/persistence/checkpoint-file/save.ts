import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Checkpoint, type CheckpointArray, type CheckpointValue, described, InvalidOptionError } from '@ialp/core';
import { removeStaleFiles, temporaryPathFor } from '../temporary-files.js';
import { systemError } from './checkpoint-file-error.js';
import { ARRAYS, LENGTH_BYTES, MAGIC, MOST_DEPTH, type Outline, reverseOnBigEndian } from './format.js';

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
  const parts = encode(checkpoint);
  try {
    replaceFile(targetOf(path), parts);
  } catch (cause) {
    throw systemError(path, 'a file in a folder that exists and can be written to', cause);
  }
}

function encode(checkpoint: Checkpoint): Uint8Array[] {
  const arrays: Uint8Array[] = [];
  let bytes = 0;
  const addArray = (array: CheckpointArray): Outline => {
    const first = bytes;
    const own = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    arrays.push(reverseOnBigEndian(own, array));
    bytes += own.length;
    return ['array', array.constructor.name, first, array.length];
  };
  const outlineOf = (value: CheckpointValue, path: string, depth: number): Outline => {
    if (depth > MOST_DEPTH)
      throw new InvalidOptionError('checkpoint', described('more'), `values nested at most ${MOST_DEPTH} deep`);
    if (typeof value === 'number')
      return isInJson(value) ? value : ['number', Object.is(value, -0) ? '-0' : `${value}`];
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return ['list', ...value.map((each, k) => outlineOf(each, `${path}[${k}]`, depth + 1))];
    if (isArray(value)) return addArray(value);
    if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
      const entries = Object.entries(value as Checkpoint);
      return ['named', entries.map(([name, own]) => [name, outlineOf(own, `${path}.${name}`, depth + 1)])];
    }
    const kinds = Object.keys(ARRAYS).join(', ');
    throw new InvalidOptionError(
      path,
      value === undefined ? value : described(`a value of type ${typeof value}`),
      `plain data: numbers, text, lists, values by name, ${kinds}`,
    );
  };
  const outline = new TextEncoder().encode(JSON.stringify(outlineOf(checkpoint, 'checkpoint', 0)));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, outline.length, true);
  const digest = createHash('sha256');
  for (const part of [length, outline, ...arrays]) digest.update(part);
  return [new TextEncoder().encode(MAGIC), digest.digest(), length, outline, ...arrays];
}

const isInJson = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

function isArray(value: unknown): value is CheckpointArray {
  return Object.values(ARRAYS).some((Kind) => value instanceof Kind && value.constructor === Kind);
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
