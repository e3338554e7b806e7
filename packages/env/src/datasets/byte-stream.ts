import { createReadStream, type ReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { DatasetError } from '../errors.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const unzip = promisify(gunzip);

/**
 * A file's bytes, unpacked where they are gzipped, whatever the file's name says.
 * @param remedy What the user can do if the file is missing or damaged.
 * @throws {DatasetError} where the file is missing, may not be read, or is a damaged gzip.
 */
export async function readBytes(path: string, remedy: string): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    return isGzip(bytes) ? await unzip(bytes) : bytes;
  } catch (cause) {
    throw await readingFault(path, cause, remedy);
  }
}

/**
 * The same piece by piece, for files that are too large to be held at once. The file is closed when the iteration ends,
 * also where its reader ends it early.
 * @throws {DatasetError} as `readBytes` does, from the iteration.
 */
export async function* streamBytes(path: string, remedy: string): AsyncGenerator<Buffer> {
  let file: ReadStream | undefined;
  try {
    const packed = isGzip(await firstBytes(path));
    file = createReadStream(path);
    if (!packed) {
      yield* file;
      return;
    }
    const unpacked = createGunzip();
    // `pipe` alone would leave the reader waiting when the file fails.
    file.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
    yield* unpacked;
  } catch (cause) {
    throw await readingFault(path, cause, remedy);
  } finally {
    // What unpacks does not close the file when it is itself ended early.
    if (file !== undefined) await close(file);
  }
}

/** Whether there is a file (not a folder) at a path. False as well where it cannot be looked at. */
export async function hasFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/**
 * The path of a file in a folder: as it is named, or with `.gz` behind it, where only that exists. Where neither does
 * it is the plain path, so that the error of reading it names the file that the publisher names.
 */
export async function locateFile(folder: string, name: string): Promise<string> {
  const plain = join(folder, name);
  const packed = `${plain}.gz`;
  return !(await hasFile(plain)) && (await hasFile(packed)) ? packed : plain;
}

/** Whether a folder has all of some files, each plain or gzipped: how a data set is known. */
export async function hasFiles(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await hasFile(await locateFile(folder, name)))) return false;
  return true;
}

function isGzip(bytes: Buffer): boolean {
  return bytes.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
}

function close(file: ReadStream): Promise<void> {
  return new Promise((resolve) => {
    if (file.closed) resolve();
    else file.once('close', resolve).destroy();
  });
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What stopped a file from being read, and what to do. */
async function readingFault(path: string, cause: unknown, remedy: string): Promise<unknown> {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  // What is no error of the operating system or of zlib is not about the file: it came from whoever reads the stream.
  if (code === undefined) return cause;
  const fault = await describe(path, code, remedy);
  return new DatasetError({ file: path, expected: 'a file that can be read', ...fault }, { cause });
}

async function describe(
  path: string,
  code: string,
  remedy: string,
): Promise<{ found: string; expected?: string; remedy: string }> {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const folder = dirname(path);
    const exists = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    return { found: exists ? 'no such file' : `no folder ${folder}`, remedy };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return { found: 'a file without permission to read it', remedy: 'Allow this user to read the file.' };
  }
  if (code === 'EISDIR') return { found: 'a folder', remedy };
  if (code === 'Z_BUF_ERROR') return { expected: 'a whole gzip file', found: 'one that was cut short', remedy };
  if (code.startsWith('Z_')) return { expected: 'a whole gzip file', found: `a damaged one (${code})`, remedy };
  return { found: `an error of the operating system (${code})`, remedy };
}
