import { readFile } from 'node:fs/promises';
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

/** The first line of a model's file, with its newline. */
export function modelHeader(model: string, version: number, bytes: Uint8Array): Buffer {
  const header: Header = { model, version, bytes: bytes.length, crc32: crc32(bytes) };
  return Buffer.from(`${JSON.stringify(header)}\n`);
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
  const isWhole = content.subarray(0, content.length - bytes.length).equals(modelHeader(model, version, bytes));
  return isWhole ? Uint8Array.from(bytes) : 'damaged';
}
