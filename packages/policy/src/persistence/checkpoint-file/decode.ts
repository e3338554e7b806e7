import { createHash } from 'node:crypto';
import { type Checkpoint, checkBoolean, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { CheckpointFileError } from './checkpoint-file-error.js';
import { DIGEST_BYTES, FAMILY, LENGTH_BYTES, MAGIC } from './format.js';
import { OutlineFault, readOutline } from './outline-reader.js';

/** What to do about bytes that `saveCheckpoint` did not write. */
const ANOTHER = 'Go on from another checkpoint.';

/** Options of `decodeCheckpoint`. */
export interface DecodeCheckpointOptions {
  /** What error messages call the bytes, such as a path or a key. Default `checkpoint`. */
  readonly name?: string;
  /**
   * Whether to compare the SHA-256 of the bytes with the one that was written. Default true. It takes about 0.8 ms per MB: turn it off where
   * whoever delivered the bytes has already compared a digest. Bytes that differ are then noticed only in the outline, not in numbers.
   */
  readonly verify?: boolean;
  /**
   * Whether arrays are copies. Default true. If false, they are views of `bytes` wherever their alignment allows it, which takes no time
   * per array: the caller then changes neither, and each array retains all the bytes. For weights that are copied anyway when they are taken.
   */
  readonly copy?: boolean;
}

/**
 * The checkpoint whose bytes `encodeCheckpoint` returned or `saveCheckpoint` wrote.
 * @typeParam Content what was encoded. It is not checked here: each part's `restore` refuses what is not its own.
 * @throws {CheckpointFileError} which says in `problem` what is wrong, with `name` as its `file`.
 * @throws {InvalidOptionError} if `bytes` is no Uint8Array, or an option is invalid.
 */
export function decodeCheckpoint<Content extends Checkpoint = Checkpoint>(
  bytes: Uint8Array,
  options: DecodeCheckpointOptions = {},
): Content {
  checkOptionNames(options, ['name', 'verify', 'copy']);
  if (!(bytes instanceof Uint8Array)) throw new InvalidOptionError('bytes', bytes, 'a Uint8Array');
  const { name = 'checkpoint', verify = true, copy = true } = options;
  if (typeof name !== 'string') throw new InvalidOptionError('name', name, 'a string');
  checkBoolean('verify', verify);
  checkBoolean('copy', copy);
  const { outline, data } = partsOf(bytes, name, verify);
  try {
    return readOutline(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(outline)), data, copy) as Content;
  } catch (cause) {
    if (!(cause instanceof OutlineFault || cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    throw new CheckpointFileError(
      {
        ...{ file: name, problem: 'format', expected: 'what saveCheckpoint writes', remedy: ANOTHER },
        found: `an outline that it never wrote (${cause.message})`,
      },
      { cause },
    );
  }
}

function partsOf(
  bytes: Uint8Array,
  name: string,
  verify: boolean,
): { readonly outline: Uint8Array; readonly data: Uint8Array } {
  const decoder = new TextDecoder();
  const magic = decoder.decode(bytes.subarray(0, MAGIC.length));
  if (!magic.startsWith(FAMILY)) {
    const expected = 'a checkpoint that saveCheckpoint wrote';
    throw new CheckpointFileError({ file: name, problem: 'format', expected, found: 'another file', remedy: '' });
  }
  if (magic !== MAGIC) {
    const found = JSON.stringify(magic.slice(FAMILY.length).trim());
    const remedy = 'Read it with the @ialp/policy that wrote it.';
    throw new CheckpointFileError({ file: name, problem: 'unsupported', expected: 'version 1', found, remedy });
  }
  const body = bytes.subarray(MAGIC.length + DIGEST_BYTES);
  const digest = bytes.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
  const isWhole = digest.length === DIGEST_BYTES;
  if (!isWhole || (verify && !createHash('sha256').update(body).digest().equals(digest))) {
    throw new CheckpointFileError({
      ...{ file: name, problem: 'damaged', expected: 'the bytes that were written, by their SHA-256' },
      ...{ found: 'others, or fewer', remedy: 'Go on from an earlier checkpoint, or from the beginning.' },
    });
  }
  const length = body.length < LENGTH_BYTES ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  if (body.length < LENGTH_BYTES + length) {
    const expected = `an outline of ${length} bytes after its length`;
    const found = `${Math.max(0, body.length - LENGTH_BYTES)} bytes`;
    throw new CheckpointFileError({ file: name, problem: 'format', expected, found, remedy: ANOTHER });
  }
  return { outline: body.subarray(LENGTH_BYTES, LENGTH_BYTES + length), data: body.subarray(LENGTH_BYTES + length) };
}
