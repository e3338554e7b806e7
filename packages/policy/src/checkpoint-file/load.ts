import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Checkpoint, CheckpointValue } from '../checkpoint/checkpoint.js';
import { CheckpointFileError, systemError } from './checkpoint-file-error.js';
import { ARRAYS, type ArrayKind, DIGEST_BYTES, FAMILY, LENGTH_BYTES, MAGIC, reverseOnBigEndian } from './format.js';

/**
 * Reads a checkpoint from a file that `saveCheckpoint` wrote. Whether it is of this deployment, `interact` says.
 * @throws {CheckpointFileError} which says in `problem` what is wrong; of a damaged file nothing is taken.
 */
export function loadCheckpoint(path: string): Checkpoint {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw systemError(path, 'a file of a checkpoint that can be read', cause);
  }
  const { outline, data } = intact(bytes, path);
  return decode(JSON.parse(outline), data) as Checkpoint;
}

function intact(bytes: Uint8Array, path: string): { readonly outline: string; readonly data: Uint8Array } {
  const decoder = new TextDecoder();
  const magic = decoder.decode(bytes.subarray(0, MAGIC.length));
  if (!magic.startsWith(FAMILY)) {
    throw new CheckpointFileError(
      path,
      'format',
      'expected a checkpoint that saveCheckpoint wrote; found another file.',
    );
  }
  if (magic !== MAGIC) {
    const message = `expected version 1; found ${JSON.stringify(magic.slice(FAMILY.length).trim())}.`;
    throw new CheckpointFileError(path, 'unsupported', `${message} Read it with the @ialp/policy that wrote it.`);
  }
  const body = bytes.subarray(MAGIC.length + DIGEST_BYTES);
  const digest = bytes.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
  const found = createHash('sha256').update(body).digest();
  if (digest.length < DIGEST_BYTES || !found.equals(digest)) {
    const message = 'expected the bytes that were written, by their SHA-256; found others, or fewer.';
    throw new CheckpointFileError(
      path,
      'damaged',
      `${message} Go on from an earlier checkpoint, or from the beginning.`,
    );
  }
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const data = body.subarray(LENGTH_BYTES + length);
  return { outline: decoder.decode(body.subarray(LENGTH_BYTES, LENGTH_BYTES + length)), data };
}

/** From a checked outline, whose parts have the types that `saveCheckpoint` gave them. */
function decode(outline: unknown, data: Uint8Array): CheckpointValue {
  if (!Array.isArray(outline)) return outline as CheckpointValue;
  const [tag, ...parts] = outline;
  if (tag === 'list') return parts.map((part) => decode(part, data));
  if (tag === 'number') return Number(parts[0]);
  if (tag === 'named') {
    return Object.fromEntries((parts[0] as [string, unknown][]).map(([name, own]) => [name, decode(own, data)]));
  }
  const [kind, first, length] = parts as [ArrayKind, number, number];
  const array = new ARRAYS[kind](length);
  const bytes = reverseOnBigEndian(data.subarray(first, first + array.byteLength), array);
  new Uint8Array(array.buffer).set(bytes);
  return array;
}
