import { createHash } from 'node:crypto';
import { ModelFileError } from './model-file-error.js';

/*
 * The file is in the safetensors format (https://github.com/huggingface/safetensors), which other languages can read: the length
 * of the header in 8 bytes, little-endian; the header in JSON, padded with spaces to a multiple of 8; then the numbers, in the
 * order of the header and without gaps. `__metadata__` has our format, its version, the kind of model, a description in JSON, and
 * the SHA-256 of the whole file with zeros in place of the digest. The same model gives the same bytes.
 */

/** The content of a file: columns of numbers by name, and a description. */
export interface Container {
  readonly kind: string;
  /** Any JSON value. */
  readonly description: unknown;
  readonly columns: Readonly<Record<string, Column>>;
}

/** A column of numbers. */
export type Column = Float32Array | Float64Array;

const FORMAT = 'ialp.response-model';
const VERSION = '1';
const PREFIX = 8;
const NO_CHECKSUM = '0'.repeat(64);
const AGAIN = 'Save the model again, or copy its file again from where it was made.';

/** The bytes of a file. */
export function encode({ kind, description, columns }: Container): Buffer {
  const names = Object.keys(columns).sort();
  const metadata = {
    format: FORMAT,
    version: VERSION,
    sha256: NO_CHECKSUM,
    kind,
    description: JSON.stringify(description),
  };
  let begin = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const name of names) {
    const { length, BYTES_PER_ELEMENT: width } = columns[name];
    const end = begin + length * width;
    header[name] = { dtype: width === 4 ? 'F32' : 'F64', shape: [length], data_offsets: [begin, end] };
    begin = end;
  }
  const text = JSON.stringify(header);
  const size = Math.ceil(Buffer.byteLength(text) / 8) * 8;
  const bytes = Buffer.alloc(PREFIX + size + begin, ' ');
  bytes.writeBigUInt64LE(BigInt(size), 0);
  bytes.write(text, PREFIX);
  let offset = PREFIX + size;
  for (const name of names) {
    const column = columns[name];
    for (let k = 0; k < column.length; k++) {
      offset =
        column.BYTES_PER_ELEMENT === 4 ? bytes.writeFloatLE(column[k], offset) : bytes.writeDoubleLE(column[k], offset);
    }
  }
  bytes.write(sha256(bytes), bytes.indexOf(NO_CHECKSUM));
  return bytes;
}

/**
 * What the bytes of a file hold.
 * @throws {ModelFileError} for bytes that are no such file, were cut short, changed, or are of another version.
 */
export function decode(bytes: Buffer, file: string): Container {
  const header = readHeader(bytes, file);
  const metadata = header['__metadata__'] as Partial<Record<string, string>> | undefined;
  if (metadata?.['format'] !== FORMAT) throw notAModel(file, 'a file of another format');
  checkIntact(bytes, metadata['sha256'] ?? '', file);
  if (metadata['version'] !== VERSION) {
    const remedy = 'Read it with a newer @ialp/env, or save the model again with this one.';
    throw new ModelFileError({ file, found: `version ${metadata['version']}`, expected: `version ${VERSION}`, remedy });
  }
  const start = PREFIX + Number(bytes.readBigUInt64LE(0));
  const columns: Record<string, Column> = {};
  // The checksum was verified, so `encode` wrote what follows.
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, data_offsets: offsets } = entry as { dtype: 'F32' | 'F64'; data_offsets: [number, number] };
    columns[name] = readColumn(bytes, dtype, start + offsets[0], start + offsets[1]);
  }
  return { kind: metadata['kind'] ?? '', description: JSON.parse(metadata['description'] ?? 'null'), columns };
}

function readHeader(bytes: Buffer, file: string): Record<string, unknown> {
  if (bytes.length < PREFIX) throw notAModel(file, `${bytes.length} bytes`);
  const size = bytes.readBigUInt64LE(0);
  if (size > BigInt(bytes.length - PREFIX)) throw notAModel(file, 'a header that is longer than the file');
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8', PREFIX, PREFIX + Number(size)));
    if (typeof header === 'object' && header !== null) return header as Record<string, unknown>;
  } catch (cause) {
    throw notAModel(file, 'a header that is not JSON', cause);
  }
  throw notAModel(file, 'a header that is not an object');
}

function checkIntact(bytes: Buffer, expected: string, file: string): void {
  const place = bytes.indexOf(expected);
  const blank = Buffer.from(bytes);
  if (expected.length === NO_CHECKSUM.length && place >= 0) blank.write(NO_CHECKSUM, place);
  const found = sha256(blank);
  if (found === expected) return;
  throw new ModelFileError({
    file,
    found: `SHA-256 ${found}`,
    expected: `SHA-256 ${expected}, as the file says`,
    remedy: AGAIN,
  });
}

function readColumn(bytes: Buffer, dtype: 'F32' | 'F64', begin: number, end: number): Column {
  if (dtype === 'F32') {
    return Float32Array.from({ length: (end - begin) / 4 }, (_, k) => bytes.readFloatLE(begin + 4 * k));
  }
  return Float64Array.from({ length: (end - begin) / 8 }, (_, k) => bytes.readDoubleLE(begin + 8 * k));
}

function notAModel(file: string, found: string, cause?: unknown): ModelFileError {
  return new ModelFileError({ file, found, expected: 'a file that saveModel wrote', remedy: AGAIN }, { cause });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
