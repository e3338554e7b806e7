import { InvalidOptionError } from '@ialp/core';
import { sha256 } from './sha256.js';
import { isWellFormed } from './text.js';

const BYTES_PER_LENGTH = 4;

/**
 * Fingerprint of a catalogue's items and their order, which the rows of a network's weights follow: the hexadecimal SHA-256 of
 * each id's length in bytes (32 bits, little-endian) followed by the id in UTF-8.
 * @param ids the catalogue's item ids, in catalogue order.
 * @throws {InvalidOptionError} for an id that is not well-formed text.
 * @throws {MissingCryptoError}
 */
export async function catalogueFingerprint(ids: readonly string[]): Promise<string> {
  if (!Array.isArray(ids)) {
    throw new InvalidOptionError('ids', ids, 'a list of item ids: catalogue.items.map(({ id }) => id)');
  }
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
