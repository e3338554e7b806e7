import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '@ialp/core/files';
import { EmbeddingCacheError } from './errors.js';

/**
 * The format, version 1, little-endian:
 *
 *     line     `ialp embeddings 1 ` and a JSON object with `model` and `dimension`, ended by a line feed
 *     32 bytes SHA-256 of that line
 *     records  32 bytes key, 4 x dimension bytes vector (float32), 8 bytes: the first of the SHA-256 of key and vector
 *
 * Records are of one length, so that a damaged one hides no other. New ones are appended; one that was written in part, by a
 * process that was killed, is at the end, and the file is then written anew. Of two records of one key the later one counts.
 */
const REMEDY = 'Name another file.';
const MAGIC = 'ialp embeddings 1 ';
const KEY_BYTES = 32;
const CHECKSUM_BYTES = 8;
/** A header is a model's name and little more. */
const MAX_HEADER_BYTES = 65_536;

/** Vectors by their keys, which are 64 hexadecimal digits; the oldest first. */
export type StoredVectors = Map<string, Float32Array>;

/** A file of vectors, and whose they are. */
export interface VectorsFile {
  readonly path: string;
  readonly model: string;
  readonly dimension: number;
  readonly maxBytes: number;
  /** The caller named it: it may be anything, and nothing that is no cache of this model is overwritten. */
  readonly isNamed: boolean;
}

/**
 * What a file holds that is whole; nothing where there is no file.
 * @throws {EmbeddingCacheError} where it cannot be read, or was named and is no cache of this model.
 */
export async function readVectors(file: VectorsFile): Promise<StoredVectors> {
  const bytes = await readBytes(file.path);
  if (bytes === undefined || bytes.length === 0) return new Map();
  const header = headerOf(file);
  if (!bytes.subarray(0, header.length).equals(header)) {
    // In the cache's own folder a file of this name is this model's, and damaged: its vectors are computed again.
    if (file.isNamed) throw refusal(file, bytes);
    return new Map();
  }
  return readRecords(bytes.subarray(header.length), file.dimension);
}

function readRecords(bytes: Buffer, dimension: number): StoredVectors {
  const length = recordLength(dimension);
  const vectors: StoredVectors = new Map();
  for (let start = 0; start + length <= bytes.length; start += length) {
    const record = bytes.subarray(start, start + length - CHECKSUM_BYTES);
    if (!checksumOf(record).equals(bytes.subarray(start + record.length, start + length))) continue;
    const vector = new Float32Array(dimension);
    for (let k = 0; k < dimension; k++) vector[k] = record.readFloatLE(KEY_BYTES + 4 * k);
    vectors.set(record.toString('hex', 0, KEY_BYTES), vector);
  }
  return vectors;
}

/**
 * Adds vectors to a file: appends them, or writes the file anew where it is not there, is damaged in its form, or would be
 * longer than `maxBytes`; then the first ones give way.
 * @throws {EmbeddingCacheError} where it cannot be written, or was named and is no cache of this model.
 */
export async function writeVectors(file: VectorsFile, added: StoredVectors): Promise<void> {
  const { path } = file;
  try {
    await makeFolder(dirname(path));
    const records = Buffer.concat([...added].flatMap(([key, vector]) => recordOf(key, vector)));
    if (!(await append(file, records))) await replace(file, added);
  } catch (error) {
    if (EmbeddingCacheError.isInstance(error)) throw error;
    throw new EmbeddingCacheError(
      { file: path, expected: 'a file that can be written', found: messageOf(error), remedy: REMEDY },
      { cause: error },
    );
  }
}

/** Appends records in one write, if the file has its form and stays short enough. */
async function append(file: VectorsFile, records: Buffer): Promise<boolean> {
  const { path, dimension, maxBytes } = file;
  const handle = await open(path, constants.O_RDWR | constants.O_APPEND).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (handle === undefined) return false;
  try {
    const header = headerOf(file);
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0);
    const isWhole = buffer.equals(header) && (size - header.length) % recordLength(dimension) === 0;
    if (!isWhole || size + records.length > maxBytes) return false;
    await handle.appendFile(records);
    return true;
  } finally {
    await handle.close();
  }
}

/** Writes the file anew beside it, which then takes its place. */
async function replace(file: VectorsFile, added: StoredVectors): Promise<void> {
  const { path, dimension, maxBytes } = file;
  // Read again: another process may have added to it since.
  const vectors = await readVectors(file);
  for (const [key, vector] of added) vectors.set(key, vector);
  const header = headerOf(file);
  const most = Math.floor((maxBytes - header.length) / recordLength(dimension));
  const kept = [...vectors].slice(Math.max(0, vectors.size - Math.max(0, most)));
  const unfinished = `${path}.${process.pid}.${randomUUID()}.part`;
  try {
    await writeFile(unfinished, Buffer.concat([header, ...kept.flatMap(([key, vector]) => recordOf(key, vector))]));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}

const recordLength = (dimension: number): number => KEY_BYTES + 4 * dimension + CHECKSUM_BYTES;

function recordOf(key: string, vector: Float32Array): Buffer[] {
  const record = Buffer.alloc(KEY_BYTES + 4 * vector.length);
  record.write(key, 'hex');
  for (let k = 0; k < vector.length; k++) record.writeFloatLE(vector[k], KEY_BYTES + 4 * k);
  return [record, checksumOf(record)];
}

function checksumOf(record: Buffer): Buffer {
  return createHash('sha256').update(record).digest().subarray(0, CHECKSUM_BYTES);
}

function headerOf({ model, dimension }: VectorsFile): Buffer {
  const line = Buffer.from(`${MAGIC}${JSON.stringify({ model, dimension })}\n`);
  return Buffer.concat([line, createHash('sha256').update(line).digest()]);
}

/** Why a file that the caller named is not used. */
function refusal({ path, model, dimension }: VectorsFile, bytes: Buffer): EmbeddingCacheError {
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf('\n') + 1;
  const line = bytes.subarray(0, end);
  const isWhole = createHash('sha256')
    .update(line)
    .digest()
    .equals(bytes.subarray(end, end + 32));
  if (line.toString('utf8', 0, MAGIC.length) === MAGIC && isWhole) {
    return new EmbeddingCacheError({
      file: path,
      expected: `vectors of ${JSON.stringify({ model, dimension })}`,
      found: `ones of ${line.toString('utf8', MAGIC.length).trim()}`,
      remedy: 'Name a file for each model.',
    });
  }
  return new EmbeddingCacheError({
    file: path,
    expected: 'a cache of embeddings',
    found: 'another file, or a cache whose first line is damaged',
    remedy: 'Name another file, or delete this one.',
  });
}

async function readBytes(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new EmbeddingCacheError(
      { file: path, expected: 'a file that can be read', found: messageOf(error), remedy: REMEDY },
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
