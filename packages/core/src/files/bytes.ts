import { constants as fileConstants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, constants as zlibConstants } from 'node:zlib';
import { type FileOptions, faultOf } from './file-fault.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const MEBIBYTE = 2 ** 20;
/** Maximum size of a file that is read into memory: the maximum length of a string. */
const DEFAULT_MAX_BYTES = 512 * MEBIBYTE - 24;

/** Options of `streamBytes`. */
export interface ByteOptions extends FileOptions {
  /**
   * What to do with an incomplete gzip file: `refuse` it, or end after the complete data (`drop`). Default `refuse`.
   */
  readonly cut?: 'refuse' | 'drop';
  /** Called at the end of an incomplete gzip file with `cut: 'drop'`, even if its data look complete. */
  readonly onCut?: () => void;
}

/**
 * Streams the bytes of a file, for files that do not fit in memory. Gzip files are decompressed, whatever their name.
 * The file is closed when the iteration ends, even early.
 * @throws {FileError} from the iteration, if the file is missing, is not a regular file, must not be read or is a
 *   damaged gzip file.
 */
export async function* streamBytes(path: string, options: ByteOptions = {}): AsyncGenerator<Buffer> {
  let file: FileHandle | undefined;
  const streams: Readable[] = [];
  try {
    await checkRegularFile(path, options);
    // Without O_NONBLOCK, opening a pipe that replaces the file between the two calls would never return.
    file = await open(path, fileConstants.O_RDONLY | (fileConstants.O_NONBLOCK ?? 0));
    const { bytesRead, buffer } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    const raw = file.createReadStream({ start: 0, autoClose: false });
    streams.push(raw);
    if (!buffer.subarray(0, bytesRead).equals(GZIP_MAGIC)) {
      yield* raw;
      return;
    }
    const { Z_FINISH, Z_SYNC_FLUSH } = zlibConstants;
    const unpacked = createGunzip({ finishFlush: options.cut === 'drop' ? Z_SYNC_FLUSH : Z_FINISH });
    streams.push(unpacked);
    // `pipe` alone would not forward an error of the file to the reader.
    raw.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
    const isWhole = options.cut === 'drop' ? isWholeGzip(raw, streams) : undefined;
    yield* unpacked;
    if ((await isWhole) === false) options.onCut?.();
  } catch (cause) {
    throw await readingFault(path, cause, options);
  } finally {
    for (const stream of streams) stream.destroy();
    await file?.close();
  }
}

/**
 * Whether a gzip stream is complete. `Z_SYNC_FLUSH` hides this; a second reader that discards its output detects it.
 */
async function isWholeGzip(raw: Readable, streams: Readable[]): Promise<boolean> {
  const reader = createGunzip();
  streams.push(reader);
  raw.pipe(reader).resume();
  // The first reader throws all other errors.
  const isCut = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
  return finished(reader).then(
    () => true,
    (error: unknown) => !isCut(error),
  );
}

/**
 * The bytes of a file, decompressed as by `streamBytes`.
 * @param options `maxBytes`: maximum size after decompression; default 512 MiB, the maximum length of a string.
 * @throws {FileError} like `streamBytes`, and if the file is larger. At most `maxBytes` are held in memory.
 */
export async function readBytes(
  path: string,
  { maxBytes = DEFAULT_MAX_BYTES, ...options }: FileOptions & { readonly maxBytes?: number } = {},
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of streamBytes(path, options)) {
    length += piece.length;
    if (length > maxBytes) {
      const expected = `at most ${inMebibytes(maxBytes)} after decompression`;
      throw faultOf(path, { expected, found: 'more' }, options);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** Formats a number of bytes for a message. */
export function inMebibytes(bytes: number): string {
  return bytes < MEBIBYTE ? `${bytes} bytes` : `${Math.round((10 * bytes) / MEBIBYTE) / 10} MiB`;
}

/**
 * Checks that a path is a regular file before it is opened: opening a pipe waits for its writer, and a device may never
 * end.
 * @returns its size in bytes.
 * @throws {FileError} if it is missing, or a folder, a pipe, a socket or a device.
 */
export async function checkRegularFile(path: string, options: FileOptions): Promise<number> {
  const entry = await stat(path).catch(async (cause: unknown) => {
    throw await readingFault(path, cause, options);
  });
  if (entry.isFile()) return entry.size;
  if (entry.isDirectory()) {
    const fault = { expected: 'a file that can be read', found: 'a folder', remedy: 'Name a file in it.' };
    throw faultOf(path, withCallersRemedy(fault, options), options);
  }
  const found = entry.isFIFO() ? 'a pipe' : 'a device or a socket';
  throw faultOf(path, { expected: 'a regular file', found, remedy: 'Copy it to a file first.' }, options);
}

/** Converts an error of the operating system or zlib to a `FileError`. */
async function readingFault(path: string, cause: unknown, options: FileOptions): Promise<unknown> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  // Other errors are not about the file: they come from the consumer of the stream.
  if (code === undefined) return cause;
  const fault = { expected: 'a file that can be read', ...(await describe(path, code, options)) };
  return faultOf(path, fault, options, { cause });
}

/** Prefers the remedy of the caller, which knows the file that should exist. */
function withCallersRemedy<Fault extends object>(fault: Fault, { remedy = '' }: FileOptions): Fault {
  return remedy === '' ? fault : { ...fault, remedy };
}

async function describe(
  path: string,
  code: string,
  options: FileOptions,
): Promise<{ found: string; expected?: string; remedy?: string }> {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const folder = dirname(path);
    const exists = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    const start = isAbsolute(path) ? '' : ` It is relative to ${process.cwd()}.`;
    const fault = { found: exists ? 'no such file' : `no folder ${folder}`, remedy: `Check the path.${start}` };
    return withCallersRemedy(fault, options);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return { found: 'a file without permission to read it', remedy: 'Allow this user to read the file.' };
  }
  if (code === 'Z_BUF_ERROR') return { expected: 'a complete gzip file', found: 'an incomplete one' };
  if (code.startsWith('Z_')) return { expected: 'a complete gzip file', found: `a damaged one (${code})` };
  return { found: `an error of the operating system (${code})` };
}
