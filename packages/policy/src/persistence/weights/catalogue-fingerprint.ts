import { InvalidOptionError } from '@ialp/core';
import { sha256 } from './sha256.js';
import { isWellFormed } from './text.js';

const BYTES_PER_LENGTH = 4;

/**
 * Names a catalogue by its items and their order, which is what a network's rows stand for: the SHA-256, in hexadecimal,
 * of each id's length in bytes (32 bits, little-endian) and the id itself in UTF-8.
 * @param ids the catalogue's, in its order.
 * @throws {InvalidOptionError} for an id that is no text.
 * @throws {MissingCryptoError}
 */
export async function catalogueFingerprint(ids: readonly string[]): Promise<string> {
  const encoder = new TextEncoder();
  const encoded = ids.map((id, k) => {
    if (typeof id !== 'string' || !isWellFormed(id)) throw new InvalidOptionError(`ids[${k}]`, id, 'well-formed text');
    return encoder.encode(id);
  });
  const bytes = new Uint8Array(encoded.reduce((sum, id) => sum + BYTES_PER_LENGTH + id.length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const id of encoded) {
    view.setUint32(offset, id.length, true);
    bytes.set(id, offset + BYTES_PER_LENGTH);
    offset += BYTES_PER_LENGTH + id.length;
  }
  return sha256(bytes);
}
