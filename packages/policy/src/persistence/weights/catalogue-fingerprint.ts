import { InvalidOptionError } from '@ialp/core';
import type { ItemIds } from '../../checks/item-ids.js';
import { sha256 } from './sha256.js';
import { isWellFormed } from './text.js';

const BYTES_PER_LENGTH = 4;
/** Stands for the length of an id where there is no item. */
const NO_ITEM = 0xffffffff;

/**
 * Fingerprint of a catalogue's items and their order, which the rows of a network's weights follow: the hexadecimal SHA-256 of
 * each id's length in bytes (32 bits, little-endian) followed by the id in UTF-8. The length of no id is 2^32 - 1.
 * @param ids the catalogue's item ids, in catalogue order; null for an index without an item.
 * @throws {InvalidOptionError} for an id that is not well-formed text.
 * @throws {MissingCryptoError}
 */
export async function catalogueFingerprint(ids: ItemIds): Promise<string> {
  if (!Array.isArray(ids)) {
    throw new InvalidOptionError('ids', ids, 'a list of item ids: catalogue.items.map(({ id }) => id)');
  }
  const encoder = new TextEncoder();
  const encoded = ids.map((id, k) => {
    if (id === null) return undefined;
    if (typeof id !== 'string' || !isWellFormed(id)) throw new InvalidOptionError(`ids[${k}]`, id, 'well-formed text');
    return encoder.encode(id);
  });
  const bytes = new Uint8Array(encoded.reduce((sum, id) => sum + BYTES_PER_LENGTH + (id?.length ?? 0), 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const id of encoded) {
    view.setUint32(offset, id?.length ?? NO_ITEM, true);
    if (id !== undefined) bytes.set(id, offset + BYTES_PER_LENGTH);
    offset += BYTES_PER_LENGTH + (id?.length ?? 0);
  }
  return sha256(bytes);
}
