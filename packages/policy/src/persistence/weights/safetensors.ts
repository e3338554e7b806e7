import { repeatedName } from '@ialp/core';
import { BYTES_PER_FLOAT, LONGEST_HEADER, METADATA, PREFIX, sizeOf } from './format.js';
import { show, showShape } from './text.js';
import { WeightsFileError, type WeightsFileProblem } from './weights-file-error.js';

/** One tensor of a file. */
export interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its bytes in the data section: from `begin` up to `end`. */
  readonly begin: number;
  readonly end: number;
}

/** A safetensors file with a valid header. */
export interface Safetensors {
  /** The header's text, including its padding. */
  readonly header: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly entries: readonly Entry[];
  /** The data section: all entries, without gaps. */
  readonly data: Uint8Array;
}

type Refuse = (
  problem: WeightsFileProblem,
  found: string,
  expected: string,
  options?: ErrorOptions & { remedy?: string },
) => WeightsFileError;

const REMEDIES: Partial<Record<WeightsFileProblem, string>> = {
  format: 'Give a file that saveWeights or a safetensors library wrote, or save the weights again.',
  cut: 'The file is incomplete: copy it again from its source, or save the weights again.',
};

/**
 * Parses a safetensors file of F32 tensors, except for the tensors' values.
 * @throws {WeightsFileError} if the file violates the format, is incomplete or has tensors of another type.
 */
export function readSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const refuse: Refuse = (problem, found, expected, { remedy = REMEDIES[problem] ?? '', ...options } = {}) =>
    new WeightsFileError({ file, problem, found, expected, remedy }, options);

  const length = headerLength(bytes, refuse);
  const { header, json } = parseHeader(bytes.subarray(PREFIX, PREFIX + length), refuse);
  const twice = repeatedName(header);
  if (twice !== undefined) throw refuse('format', `${show(twice)} twice`, 'each name in its header once');
  const metadata = metadataOf(json, refuse);
  const tensors = Object.entries(json).filter(([name]) => name !== METADATA);
  const entries = tensors.map(([name, value]) => entryOf(name, value, refuse));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const data = bytes.subarray(PREFIX + length);
  checkContiguous(entries, data.length, refuse);
  return { header, metadata, entries, data };
}

function headerLength(bytes: Uint8Array, refuse: Refuse): number {
  if (bytes.length < PREFIX) {
    throw refuse('cut', `${bytes.length} bytes`, `a safetensors file, which begins with ${PREFIX} bytes of length`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length < 2n || length > BigInt(LONGEST_HEADER)) {
    const expected = `a safetensors file, whose header has 2 to ${LONGEST_HEADER} bytes`;
    throw refuse('format', `${length} in its first ${PREFIX} bytes`, expected);
  }
  if (bytes.length > PREFIX && bytes[PREFIX] !== '{'.charCodeAt(0)) {
    throw refuse('format', `byte ${bytes[PREFIX]} there`, 'a safetensors file, whose header begins with {');
  }
  const least = PREFIX + Number(length);
  if (bytes.length < least) {
    throw refuse('cut', `${bytes.length} bytes`, `at least ${least} bytes, as its header has ${length}`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): { header: string; json: Record<string, unknown> } {
  try {
    const header = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // It starts with a brace: if it is JSON, it is an object.
    return { header, json: JSON.parse(header) };
  } catch (cause) {
    throw refuse('format', `another (${(cause as Error).message})`, 'a header of JSON in UTF-8', { cause });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function metadataOf(json: Readonly<Record<string, unknown>>, refuse: Refuse): Record<string, string> {
  const found = Object.hasOwn(json, METADATA) ? json[METADATA] : {};
  if (!isRecord(found)) throw refuse('format', show(found), `an object as ${METADATA}`);
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => {
      if (typeof value !== 'string') throw refuse('format', show(value), `text as ${METADATA}.${key}`);
      return [key, value];
    }),
  );
}

/** Whether it is a whole number as safetensors has them, without a sign: JSON's `-0` is not one. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

function entryOf(name: string, value: unknown, refuse: Refuse): Entry {
  const tensor = `tensor ${show(name)}`;
  if (!isRecord(value)) throw refuse('format', `${tensor} as ${show(value)}`, 'dtype, shape and data_offsets of it');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw refuse('format', `${tensor} with dtype ${show(dtype)}`, 'the name of a dtype');
  if (dtype !== 'F32') {
    const remedy =
      'A network has 32-bit floats, and weights are not rounded silently: convert the file where it was made.';
    throw refuse('unsupported', `${tensor} of dtype ${show(dtype)}`, 'tensors of dtype F32', { remedy });
  }
  if (!Array.isArray(shape) || !shape.every(isWhole)) {
    throw refuse('format', `${tensor} with shape ${show(shape)}`, 'a shape of whole numbers without a sign');
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isWhole)) {
    throw refuse('format', `${tensor} with data_offsets ${show(offsets)}`, 'two whole numbers as data_offsets');
  }
  const [begin, end] = offsets;
  const size = BYTES_PER_FLOAT * sizeOf(shape);
  if (end - begin !== size) {
    const found = `${tensor} with bytes ${begin} to ${end}`;
    throw refuse('format', found, `${size} bytes for its shape ${showShape(shape)}`);
  }
  return { name, shape, begin, end };
}

function checkContiguous(entries: readonly Entry[], length: number, refuse: Refuse): void {
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      const what = begin < reached ? 'an overlap' : 'a gap';
      const found = `${what}: tensor ${show(name)} begins at byte ${begin}`;
      throw refuse('format', found, `contiguous tensors, this one at byte ${reached}`);
    }
    reached = end;
  }
  if (length === reached) return;
  const expected = `${reached} bytes of tensors, as its header says`;
  throw refuse(length < reached ? 'cut' : 'format', `${length}`, expected);
}
