import { createHash } from 'node:crypto';
import { type Checkpoint, type CheckpointArray, type CheckpointValue, described, InvalidOptionError } from '@ialp/core';
import {
  ALIGNMENT,
  ARRAYS,
  DIGEST_BYTES,
  LENGTH_BYTES,
  MAGIC,
  MOST_DEPTH,
  type Outline,
  reverseOnBigEndian,
} from './format.js';

const SPACE = 0x20;

/**
 * The bytes that `saveCheckpoint` writes, to send a checkpoint or to store it elsewhere. `decodeCheckpoint` reads them.
 * @throws {InvalidOptionError} for values that a checkpoint cannot hold: functions, other objects or arrays, more than 100 levels.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const parts = encodeParts(checkpoint);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same bytes in parts, so that a file is written without a copy of all arrays. */
export function encodeParts(checkpoint: Checkpoint): Uint8Array[] {
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
  const outline = aligned(JSON.stringify(outlineOf(checkpoint, 'checkpoint', 0)));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, outline.length, true);
  const digest = createHash('sha256');
  for (const part of [length, outline, ...arrays]) digest.update(part);
  return [new TextEncoder().encode(MAGIC), digest.digest(), length, outline, ...arrays];
}

/** The outline, with spaces at its end so that the arrays begin where each kind of array could: `copy: false` of `decodeCheckpoint`. */
function aligned(outline: string): Uint8Array {
  const text = new TextEncoder().encode(outline);
  const before = MAGIC.length + DIGEST_BYTES + LENGTH_BYTES;
  const padded = new Uint8Array(Math.ceil((before + text.length) / ALIGNMENT) * ALIGNMENT - before).fill(SPACE);
  padded.set(text);
  return padded;
}

const isInJson = (value: number): boolean => Number.isFinite(value) && !Object.is(value, -0);

function isArray(value: unknown): value is CheckpointArray {
  return Object.values(ARRAYS).some((Kind) => value instanceof Kind && value.constructor === Kind);
}
