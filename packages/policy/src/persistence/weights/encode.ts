import { checkOptionNames, described, InvalidOptionError } from '@ialp/core';
import { foundOf, isNetwork } from '../../checks/arguments.js';
import { checkItemIds, type ItemIds } from '../../checks/item-ids.js';
import type { Tensor, Weights } from '../../network.js';
import { catalogueFingerprint } from './catalogue-fingerprint.js';
import {
  ALIGNMENT,
  BYTES_PER_FLOAT,
  FORMAT,
  headerChecksumEntry,
  METADATA,
  NO_CHECKSUM,
  OWN_KEYS,
  PREFIX,
  sizeOf,
  VERSION,
} from './format.js';
import { sha256 } from './sha256.js';
import { isWellFormed, showShape } from './text.js';

/**
 * A `Uint8Array` backed by a plain `ArrayBuffer`, as `Blob` and `fetch` accept it: `Uint8Array<ArrayBuffer>`, which TypeScript
 * before 5.7 cannot name.
 */
export type WeightsBytes = ReturnType<Uint8ArrayConstructor['of']>;

/** Options of `encodeWeights`. */
export interface EncodeWeightsOptions {
  /**
   * Ids of the items that the weights are for, by index; null for an index without an item. With them, `remapItems` moves the weights to
   * another catalogue.
   */
  readonly items?: ItemIds;
  /** Fingerprint of the catalogue that the weights are for, from `catalogueFingerprint`. Default: that of `items`. */
  readonly catalogue?: string;
  /** Stored with the weights, such as where they come from. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Encodes weights as a safetensors file with checksums. The same weights and options give the same bytes.
 * @throws {InvalidOptionError} for weights that are not finite or do not match their shape, for metadata that is not text or
 *   has a reserved name, and for ids that are repeated or a fingerprint of others.
 * @throws {MissingCryptoError} without the Web Crypto API.
 */
export async function encodeWeights(weights: Weights, options: EncodeWeightsOptions = {}): Promise<WeightsBytes> {
  if (typeof weights !== 'object' || weights === null || isNetwork(weights)) {
    throw new InvalidOptionError('weights', foundOf(weights), 'tensors by name: network.weights()');
  }
  checkOptionNames(options, ['items', 'catalogue', 'metadata']);
  const { items, metadata = {} } = options;
  checkMetadata(metadata);
  const catalogue = await fingerprintOf(options);
  const names = Object.keys(weights).sort();
  for (const name of names) checkTensor(name, weights[name]);

  const data = dataSection(names.map((name) => weights[name].data));
  const own: Record<string, string> = { format: FORMAT, version: VERSION, sha256: await sha256(data) };
  if (catalogue !== undefined) own['catalogue'] = catalogue;
  if (items !== undefined) own['items'] = JSON.stringify(items);
  const header = await sealed(headerText(names, weights, { ...metadata, ...own, headerSha256: NO_CHECKSUM }));

  const bytes = new Uint8Array(PREFIX + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, PREFIX);
  bytes.set(data, PREFIX + header.length);
  return bytes;
}

/** The fingerprint of the options' catalogue. @throws {InvalidOptionError} for one that is not that of the ids. */
async function fingerprintOf({ items, catalogue }: EncodeWeightsOptions): Promise<string | undefined> {
  if (catalogue !== undefined) checkText('catalogue', catalogue);
  if (items === undefined) return catalogue;
  checkItemIds('items', items);
  const ofItems = await catalogueFingerprint(items);
  if (catalogue === undefined || catalogue === ofItems) return ofItems;
  throw new InvalidOptionError('catalogue', catalogue, `the fingerprint of items, ${ofItems}, or none`);
}

function dataSection(tensors: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(BYTES_PER_FLOAT * tensors.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const tensor of tensors) {
    for (let k = 0; k < tensor.length; k++, offset += BYTES_PER_FLOAT) view.setFloat32(offset, tensor[k], true);
  }
  return bytes;
}

/** The header's JSON, written entry by entry, because JavaScript objects order integer names first. */
function headerText(names: readonly string[], weights: Weights, metadata: Readonly<Record<string, string>>): string {
  const texts = Object.keys(metadata)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
  const entries = [`"${METADATA}":{${texts.join(',')}}`];
  let begin = 0;
  for (const name of names) {
    const { shape } = weights[name];
    const end = begin + BYTES_PER_FLOAT * sizeOf(shape);
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] })}`);
    begin = end;
  }
  return `{${entries.join(',')}}`;
}

/** Pads a header with spaces, and inserts its checksum. */
async function sealed(text: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const { length } = encoder.encode(text);
  const full = text + ' '.repeat(Math.ceil(length / ALIGNMENT) * ALIGNMENT - length);
  const checksum = await sha256(encoder.encode(full));
  return encoder.encode(full.replace(headerChecksumEntry(NO_CHECKSUM), headerChecksumEntry(checksum)));
}

function checkText(option: string, value: unknown): void {
  if (typeof value === 'string' && isWellFormed(value)) return;
  throw new InvalidOptionError(option, value, 'well-formed text');
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    checkText('a name in metadata', key);
    if ((OWN_KEYS as readonly string[]).includes(key)) {
      throw new InvalidOptionError('metadata', key, `names other than ${OWN_KEYS.join(', ')}`);
    }
    checkText(`metadata.${key}`, value);
  }
}

function checkTensor(name: string, tensor: Tensor): void {
  checkText('a name in weights', name);
  if (name === METADATA) throw new InvalidOptionError('weights', name, 'a name that safetensors does not use itself');
  if (!Array.isArray(tensor?.shape)) {
    throw new InvalidOptionError(`weights.${name}`, foundOf(tensor), 'a tensor, { shape, data }');
  }
  const { shape, data } = tensor;
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new InvalidOptionError(`weights.${name}.shape`, described(showShape(shape)), 'whole numbers of at least 0');
  }
  // By its tag, which is the same in every JavaScript realm.
  if (Object.prototype.toString.call(data) !== '[object Float32Array]') {
    throw new InvalidOptionError(`weights.${name}.data`, foundOf(data), 'a Float32Array');
  }
  if (data.length !== sizeOf(shape)) {
    throw new InvalidOptionError(`weights.${name}.data`, data.length, `${sizeOf(shape)} numbers: ${showShape(shape)}`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`weights.${name}[${wrong}]`, data[wrong], 'a finite number');
}
