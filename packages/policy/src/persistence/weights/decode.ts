import { checkOptionNames, InvalidOptionError } from '@ialp/core';
import { foundOf } from '../../checks/arguments.js';
import { checkItemIds, type ItemIds } from '../../checks/item-ids.js';
import type { Tensor, Weights } from '../../network.js';
import { BYTES_PER_FLOAT, FORMAT, headerChecksumEntry, NO_CHECKSUM, OWN_KEYS, sizeOf, VERSION } from './format.js';
import { type Entry, readSafetensors, type Safetensors } from './safetensors.js';
import { sha256 } from './sha256.js';
import { show } from './text.js';
import { WeightsFileError } from './weights-file-error.js';

/** What to do about weights of another catalogue: with ids, and without. */
const REMAP =
  "leave out the option 'catalogue', and move them to this catalogue by their ids, with remapItems of @ialp/policy/catalogue";
const SAVED = 'load the weights saved with this catalogue';

/** Options of `decodeWeights`. */
export interface DecodeWeightsOptions {
  /** Expected catalogue, by its `catalogueFingerprint`. Default: any. */
  readonly catalogue?: string;
  /** Name of the bytes in messages, such as a path or a URL. Default `weights`. */
  readonly file?: string;
}

/** Content of a weights file. */
export interface DecodedWeights {
  /** Copies, independent of the bytes. */
  readonly weights: Weights;
  /** Ids of the items that they are for, by index, if the file has them; null for an index without an item. */
  readonly items: ItemIds | undefined;
  /** Fingerprint of the catalogue that they are for, if the file has it. */
  readonly catalogue: string | undefined;
  /** Metadata given to `encodeWeights`; for a file of another program, all of its metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Decodes weights from a safetensors file: one of `encodeWeights`, whose checksums are checked, or any other with F32 tensors,
 * without checksums. `setWeights` checks whether they fit a network.
 * @throws {WeightsFileError} whose `problem` says what is wrong. With `catalogue`, weights of another catalogue or without a
 *   catalogue are refused.
 * @throws {MissingCryptoError} without the Web Crypto API.
 */
export async function decodeWeights(bytes: Uint8Array, options: DecodeWeightsOptions = {}): Promise<DecodedWeights> {
  checkOptionNames(options, ['catalogue', 'file']);
  const { catalogue, file = 'weights' } = options;
  if (catalogue !== undefined && typeof catalogue !== 'string') {
    throw new InvalidOptionError('catalogue', catalogue, 'a fingerprint');
  }
  if (!ArrayBuffer.isView(bytes) || !('subarray' in bytes)) {
    throw new InvalidOptionError('bytes', foundOf(bytes), 'a Uint8Array, the bytes of a safetensors file');
  }
  const container = readSafetensors(bytes, file);
  const { metadata, entries, data } = container;
  // If `format` is damaged, the checksum's name still shows that the file is one of `encodeWeights`.
  const own = metadata['format'] === FORMAT || metadata['headerSha256'] !== undefined;
  if (own) await checkIntact(container, file);
  const items = own ? idsOf(metadata['items'], file) : undefined;
  if (catalogue !== undefined) checkCatalogue(metadata['catalogue'], catalogue, file, items !== undefined);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return {
    weights: Object.fromEntries(entries.map((entry) => [entry.name, readTensor(view, entry, file)])),
    items,
    catalogue: metadata['catalogue'],
    metadata: own ? withoutOwnKeys(metadata) : metadata,
  };
}

async function checkIntact({ header, metadata, data }: Safetensors, file: string): Promise<void> {
  const { format, version, headerSha256 = 'none', sha256: dataSha256 = 'none' } = metadata;
  if (format === FORMAT && version !== VERSION) {
    const found = version === undefined ? 'none' : `version ${show(version)}`;
    const remedy = 'Read it with a newer @ialp/policy, or save the weights again with this one.';
    throw new WeightsFileError({ file, problem: 'unsupported', found, expected: `version "${VERSION}"`, remedy });
  }
  const unsealed = header.replace(headerChecksumEntry(headerSha256), headerChecksumEntry(NO_CHECKSUM));
  await checkChecksum('header', new TextEncoder().encode(unsealed), headerSha256, file);
  await checkChecksum('tensors', data, dataSha256, file);
}

async function checkChecksum(part: string, bytes: Uint8Array, expected: string, file: string): Promise<void> {
  const found = await sha256(bytes);
  if (found === expected) return;
  throw new WeightsFileError({
    file,
    problem: 'damaged',
    found,
    expected: `SHA-256 ${expected} of its ${part}`,
    remedy: 'The file was changed after it was written: copy it again from its source, or save the weights again.',
  });
}

/** The ids in a file's metadata. @throws {WeightsFileError} for what `encodeWeights` never writes. */
function idsOf(text: string | undefined, file: string): ItemIds | undefined {
  if (text === undefined) return undefined;
  try {
    const ids: ItemIds = JSON.parse(text);
    checkItemIds('items', ids);
    return ids;
  } catch (cause) {
    const remedy = 'Save the weights again with this @ialp/policy.';
    const expected = 'distinct item ids in JSON as its items';
    throw new WeightsFileError({ file, problem: 'format', found: show(text), expected, remedy }, { cause });
  }
}

function checkCatalogue(found: string | undefined, expected: string, file: string, hasIds: boolean): void {
  if (found === expected) return;
  throw new WeightsFileError({
    file,
    problem: 'catalogue',
    found: found === undefined ? 'weights without a catalogue' : `weights of another catalogue: ${found}`,
    expected: `weights for the catalogue ${expected}`,
    remedy:
      found === undefined
        ? "If you know that they are for this catalogue, leave out the option 'catalogue'."
        : `Their rows are of other items, or of the same items in another order: ${hasIds ? REMAP : SAVED}.`,
  });
}

function readTensor(view: DataView, { name, shape, begin }: Entry, file: string): Tensor {
  const data = new Float32Array(sizeOf(shape));
  for (let k = 0; k < data.length; k++) {
    const value = view.getFloat32(begin + BYTES_PER_FLOAT * k, true);
    if (!Number.isFinite(value)) {
      const remedy = 'The training diverged: use weights saved earlier.';
      const found = `${value} at ${name}[${k}]`;
      throw new WeightsFileError({ file, problem: 'not-finite', found, expected: 'finite weights', remedy });
    }
    data[k] = value;
  }
  return { shape, data };
}

function withoutOwnKeys(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !(OWN_KEYS as readonly string[]).includes(key)));
}
