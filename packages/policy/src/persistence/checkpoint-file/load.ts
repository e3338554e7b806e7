import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Checkpoint } from '@ialp/core';
import { CheckpointFileError, systemError } from './checkpoint-file-error.js';
import { decodeOutline, OutlineFault } from './decode.js';
import { DIGEST_BYTES, FAMILY, LENGTH_BYTES, MAGIC } from './format.js';

/** What to do about a file that `saveCheckpoint` did not write. */
const ANOTHER = 'Go on from another checkpoint.';

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
  const { outline, data } = intact(bytes, path);
  try {
    return decodeOutline(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(outline)), data) as Content;
  } catch (cause) {
    if (!(cause instanceof OutlineFault || cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    throw new CheckpointFileError(
      {
        ...{ file: path, problem: 'format', expected: 'what saveCheckpoint writes', remedy: ANOTHER },
        found: `an outline that it never wrote (${cause.message})`,
      },
      { cause },
    );
  }
}

function intact(bytes: Uint8Array, path: string): { readonly outline: Uint8Array; readonly data: Uint8Array } {
  const decoder = new TextDecoder();
  const magic = decoder.decode(bytes.subarray(0, MAGIC.length));
  if (!magic.startsWith(FAMILY)) {
    const expected = 'a checkpoint that saveCheckpoint wrote';
    throw new CheckpointFileError({ file: path, problem: 'format', expected, found: 'another file', remedy: '' });
  }
  if (magic !== MAGIC) {
    const found = JSON.stringify(magic.slice(FAMILY.length).trim());
    const remedy = 'Read it with the @ialp/policy that wrote it.';
    throw new CheckpointFileError({ file: path, problem: 'unsupported', expected: 'version 1', found, remedy });
  }
  const body = bytes.subarray(MAGIC.length + DIGEST_BYTES);
  const digest = bytes.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
  const found = createHash('sha256').update(body).digest();
  if (digest.length < DIGEST_BYTES || !found.equals(digest)) {
    throw new CheckpointFileError({
      ...{ file: path, problem: 'damaged', expected: 'the bytes that were written, by their SHA-256' },
      ...{ found: 'others, or fewer', remedy: 'Go on from an earlier checkpoint, or from the beginning.' },
    });
  }
  const length = body.length < LENGTH_BYTES ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  if (body.length < LENGTH_BYTES + length) {
    const expected = `an outline of ${length} bytes after its length`;
    const found = `${Math.max(0, body.length - LENGTH_BYTES)} bytes`;
    throw new CheckpointFileError({ file: path, problem: 'format', expected, found, remedy: ANOTHER });
  }
  return { outline: body.subarray(LENGTH_BYTES, LENGTH_BYTES + length), data: body.subarray(LENGTH_BYTES + length) };
}
