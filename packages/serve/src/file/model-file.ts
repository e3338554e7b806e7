import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { codeOf } from './storage-error.js';

/** The first line of a model's file. */
interface Header {
  readonly model: string;
  readonly version: number;
  readonly bytes: number;
  /** Of the bytes behind the line. */
  readonly crc32: number;
}

const NEWLINE = 10;

/** Bytes begin at a multiple of this, so that numbers in them can be read where they are. */
const ALIGNMENT = 8;
/** Bytes whose checksum is computed at once: other work comes in between. */
const CHUNK = 1_048_576;

/** The first line of a model's file, with its newline. */
export function modelHeader(model: string, version: number, bytes: Uint8Array): Buffer {
  return headerOf({ model, version, bytes: bytes.length, crc32: crc32(bytes) });
}

function headerOf(header: Header): Buffer {
  const line = Buffer.from(JSON.stringify(header));
  const length = Math.ceil((line.length + 1) / ALIGNMENT) * ALIGNMENT;
  return Buffer.concat([line, Buffer.from(`${' '.repeat(length - line.length - 1)}\n`)]);
}

/** What a model's file holds: its bytes, or nothing that can be used (`damaged`), or there is no such file (`missing`). */
export async function readModelFile(
  path: string,
  model: string,
  version: number,
): Promise<Uint8Array | 'damaged' | 'missing'> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'missing';
    throw error;
  }
  const bytes = content.subarray(content.indexOf(NEWLINE) + 1);
  const header = headerOf({ model, version, bytes: bytes.length, crc32: await checksumOf(bytes) });
  if (!content.subarray(0, content.length - bytes.length).equals(header)) return 'damaged';
  if (bytes.byteOffset % ALIGNMENT !== 0) return Uint8Array.from(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function checksumOf(bytes: Uint8Array): Promise<number> {
  let checksum = 0;
  for (let at = 0; at < bytes.length; at += CHUNK) {
    if (at > 0) await setImmediate();
    checksum = crc32(bytes.subarray(at, at + CHUNK), checksum);
  }
  return checksum;
}
