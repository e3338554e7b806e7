import type { CheckpointArray } from '@ialp/core';

/**
 * The bytes of a file: `MAGIC`, the SHA-256 of everything that follows, the length of the outline (32 bits, little-endian), the
 * outline in JSON, padded with spaces, and the numbers of all arrays, contiguous and little-endian. The outline is the checkpoint with tags for
 * values that are not plain JSON: `['list', ...]`, `['named', [...entries]]`, `['array', kind, first byte, length]`, and
 * `['number', text]` for a number that JSON cannot represent.
 */
export const MAGIC = 'IALP-CKPT-1\n';
/** Prefix of the files of every version. */
export const FAMILY = 'IALP-CKPT-';
export const DIGEST_BYTES = 32;
export const LENGTH_BYTES = 4;
/** Bytes of the widest number: the first array begins at a multiple of it. */
export const ALIGNMENT = 8;

/** Kinds of arrays, by their names in files. */
export const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;
export type ArrayKind = keyof typeof ARRAYS;

/** Numbers that JSON cannot represent, by their names in files. */
export const NAMED_NUMBERS: readonly string[] = ['-0', 'NaN', 'Infinity', '-Infinity'];

/** Deepest nesting of lists and named values. */
export const MOST_DEPTH = 100;

/** An outline: JSON. */
export type Outline = null | boolean | number | string | readonly unknown[];

/** Converts between the machine's byte order and the little-endian order of files. */
export function reverseOnBigEndian(bytes: Uint8Array, array: CheckpointArray): Uint8Array {
  const width = array.BYTES_PER_ELEMENT;
  if (isLittleEndian() || width === 1) return bytes;
  const reversed = bytes.slice();
  for (let at = 0; at < reversed.length; at += width) reversed.subarray(at, at + width).reverse();
  return reversed;
}

/** Whether this machine has the byte order of files. */
export function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
