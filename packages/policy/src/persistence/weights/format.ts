/*
 * The safetensors format (https://github.com/huggingface/safetensors): the header's length in 8 bytes, little-endian; the
 * header, JSON; the tensors' bytes, the data section. What is written here is one of its files: F32 alone, names sorted,
 * tensors in the order of the header and without holes, the header filled up with spaces to a multiple of 8. The same
 * weights give the same bytes.
 */

/** Bytes of the header's length. */
export const PREFIX = 8;
export const BYTES_PER_FLOAT = 4;
/** The header's bytes are a multiple of it, so that the data section is aligned. */
export const ALIGNMENT = 8;
/** The longest header that safetensors' own readers take. */
export const LONGEST_HEADER = 100_000_000;
/** The header's entry that is no tensor. */
export const METADATA = '__metadata__';

/** Says in the metadata that `version` and the two checksums are there. */
export const FORMAT = 'ialp.weights';
export const VERSION = '1';
/** What the metadata's entries are called that are not the caller's own. */
export const OWN_KEYS = ['format', 'version', 'sha256', 'headerSha256', 'catalogue', 'items'] as const;

/** Stands for the header's checksum in the header that is hashed. */
export const NO_CHECKSUM = '0'.repeat(64);

/** The header's own checksum, as it stands in the header. */
export function headerChecksumEntry(checksum: string): string {
  return `"headerSha256":"${checksum}"`;
}

/** Numbers in a tensor of a shape: 1 in that of no dimensions. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
