import type { CheckpointArray } from '@ialp/core';

/**
 * The bytes of a file: `MAGIC`, the SHA-256 of all that follows, the length of the outline (32 bits, little-endian), the
 * outline in JSON, and the numbers of the arrays one behind the other, little-endian. The outline is the checkpoint with a
 * tag before whatever is no plain value: `['list', ...]`, `['named', {...}]`, `['array', kind, first byte, length]`,
 * `['number', text]` for a number that JSON has not.
 */
export const MAGIC = 'IALP-CKPT-1\n';
/** With which the files of every version begin. */
export const FAMILY = 'IALP-CKPT-';
export const DIGEST_BYTES = 32;
export const LENGTH_BYTES = 4;

/** The kinds of arrays, by the names in files. */
export const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;
export type ArrayKind = keyof typeof ARRAYS;

/** Numbers that JSON does not have, by their names in files. */
export const NAMED_NUMBERS: readonly string[] = ['-0', 'NaN', 'Infinity', '-Infinity'];

/** How deep lists and values by name may stand in each other. */
export const MOST_DEPTH = 100;

/** An outline: JSON. */
export type Outline = null | boolean | number | string | readonly unknown[];

/** Arrays as bytes, and back, in the order that files have on every machine. */
export function reverseOnBigEndian(bytes: Uint8Array, array: CheckpointArray): Uint8Array {
  const width = array.BYTES_PER_ELEMENT;
  if (isLittleEndian() || width === 1) return bytes;
  const reversed = bytes.slice();
  for (let at = 0; at < reversed.length; at += width) reversed.subarray(at, at + width).reverse();
  return reversed;
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
