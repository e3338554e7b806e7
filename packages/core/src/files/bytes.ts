import { constants as fileConstants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, constants as zlibConstants } from 'node:zlib';
import { type FileOptions, faultOf } from './file-fault.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const MEBIBYTE = 2 ** 20;
/** Bytes of a file that is read whole: what a string can hold. */
const DEFAULT_MAX_BYTES = 512 * MEBIBYTE - 24;

/** Options of `streamBytes`. */
export interface ByteOptions extends FileOptions {
  /** What to do about a gzip file that was cut short: `refuse`, or end with what it holds (`drop`). Default `refuse`. */
  readonly cut?: 'refuse' | 'drop';
  /** Called at the end of a gzip file that was cut short, with `cut: 'drop'`: also where what it holds looks whole. */
  readonly onCut?: () => void;
}

/**
 * The bytes of a file piece by piece, for files that do not fit in memory. A gzip file is unpacked, whatever its name says.
 * The file is closed when the iteration ends, also if its reader ends it early.
 * @throws {FileError} from the iteration, if the file is missing, is no regular file, may not be read or is a damaged gzip.
 */
export async function* streamBytes(path: string, options: ByteOptions = {}): AsyncGenerator<Buffer> {
  let file: FileHandle | undefined;
  const streams: Readable[] = [];
  try {
    await requireRegularFile(path, options);
    // Without O_NONBLOCK a pipe that takes the file's place between the two calls would never open.
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
    // `pipe` alone would leave the reader waiting if the file fails.
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

/** Whether a gzip stream has its end. With `Z_SYNC_FLUSH` zlib does not tell; a second reader, which keeps nothing, does. */
async function isWholeGzip(raw: Readable, streams: Readable[]): Promise<boolean> {
  const reader = createGunzip();
  streams.push(reader);
  raw.pipe(reader).resume();
  // Other faults are those of the first reader as well, which throws them.
  const isCut = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
  return finished(reader).then(
    () => true,
    (error: unknown) => !isCut(error),
  );
}

/**
 * The bytes of a file, unpacked as by `streamBytes`.
 * @param options `maxBytes`: how many bytes there may be after unpacking; default 512 MiB, which is what a string can hold.
 * @throws {FileError} as `streamBytes` does, and if there are more bytes. No more than `maxBytes` are held in memory.
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
      const expected = `at most ${inMebibytes(maxBytes)}, after unpacking`;
      throw faultOf(path, { expected, found: 'more' }, options);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** A number of bytes as a message shows it. */
export function inMebibytes(bytes: number): string {
  return bytes < MEBIBYTE ? `${bytes} bytes` : `${Math.round((10 * bytes) / MEBIBYTE) / 10} MiB`;
}

/**
 * Refuses folders, pipes, sockets and devices before they are opened: opening a pipe waits for its writer, and a device may
 * never end.
 */
export async function requireRegularFile(path: string, options: FileOptions): Promise<number> {
  const entry = await stat(path).catch(async (cause: unknown) => {
    throw await readingFault(path, cause, options);
  });
  if (entry.isFile()) return entry.size;
  if (entry.isDirectory()) {
    const fault = { expected: 'a file that can be read', found: 'a folder', remedy: 'Name a file in it.' };
    throw faultOf(path, withCallersRemedy(fault, options), options);
  }
  const found = entry.isFIFO() ? 'a pipe' : 'a device or a socket';
  throw faultOf(path, { expected: 'a regular file', found, remedy: 'Write it to a file first.' }, options);
}

/** What stopped a file from being read, and what to do. */
async function readingFault(path: string, cause: unknown, options: FileOptions): Promise<unknown> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  // An error of neither the operating system nor zlib is not about the file: it came from whoever reads the stream.
  if (code === undefined) return cause;
  const fault = { expected: 'a file that can be read', ...(await describe(path, code, options)) };
  return faultOf(path, fault, options, { cause });
}

/** Where the caller has a remedy, that one: it knows which file should be there. */
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
  if (code === 'Z_BUF_ERROR') return { expected: 'a whole gzip file', found: 'one that was cut short' };
  if (code.startsWith('Z_')) return { expected: 'a whole gzip file', found: `a damaged one (${code})` };
  return { found: `an error of the operating system (${code})` };
}
