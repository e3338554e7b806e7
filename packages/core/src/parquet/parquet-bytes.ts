import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AsyncBuffer } from 'hyparquet';
import { ParquetFault } from './parquet-fault.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * Opens a file for `hyparquet` and reads it in pieces; a file that is gzipped as a whole is decompressed into memory.
 */
export function openBytes(path: string, maxBytes: number): AsyncBuffer {
  const file = openSync(path, 'r');
  const byteLength = fstatSync(file).size;
  const slice = (start: number, end = byteLength): ArrayBuffer => {
    const length = Math.max(0, Math.min(end, byteLength) - start);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const read = readSync(file, bytes, done, length - done, start + done);
      if (read === 0) throw new ParquetFault('a file that became shorter while it was read');
      done += read;
    }
    return bytes.buffer;
  };
  if (!GZIP_MAGIC.equals(new Uint8Array(slice(0, GZIP_MAGIC.length)))) return { byteLength, slice };
  const packed = new Uint8Array(slice(0));
  closeSync(file);
  const unpacked = Uint8Array.from(unzip(packed, maxBytes)).buffer;
  return { byteLength: unpacked.byteLength, slice: (start, end) => unpacked.slice(start, end) };
}

function unzip(packed: Uint8Array, maxBytes: number): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: maxBytes });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new ParquetFault('more', `at most ${maxBytes} bytes after decompression`);
    const found = code === 'Z_BUF_ERROR' ? 'an incomplete one' : `a damaged one (${code})`;
    throw new ParquetFault(found, 'a complete gzip file');
  }
}
