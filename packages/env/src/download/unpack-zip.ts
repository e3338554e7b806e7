import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AttemptError } from './attempt-error.js';

/** More files than any data set has; a list of millions would fill the memory. */
const MAX_ENTRIES = 10_000;
/** The file type in the upper half of Unix attributes; 0 if the archive has none. */
const FILE_TYPE = 0o170000;
const PLAIN_FILE = 0o100000;
const FOLDER = 0o040000;

/**
 * Unpacks a zip file into an empty folder. A single top folder that contains all files is dropped, as are the files that macOS adds
 * (`__MACOSX`, `.DS_Store`).
 *
 * All names are checked before anything is written. Names that lead out of the folder, links, encrypted files, repeated names and more
 * than `limit` bytes in all are refused. The length and CRC-32 of each file are verified.
 * @throws {AttemptError} if the file is not a zip file, damaged or refused.
 * @throws the signal's reason if it is aborted, and errors of the file system as they are.
 */
export async function unpackZip(path: string, folder: string, limit: number, signal: AbortSignal): Promise<void> {
  const zip = await asZip(() => openPromise(path, { autoClose: false }));
  try {
    const entries = await listFiles(zip, limit);
    const top = topFolder(entries);
    for (const entry of entries) {
      const target = join(folder, entry.fileName.slice(top.length));
      await mkdir(dirname(target), { recursive: true });
      await unpackFile(zip, entry, target, signal);
    }
  } finally {
    zip.close();
  }
}

/** The entries that are files, checked. */
async function listFiles(zip: ZipFile, limit: number): Promise<Entry[]> {
  const files: Entry[] = [];
  const names = new Set<string>();
  let bytes = 0;
  await asZip(async () => {
    for await (const entry of zip.eachEntry()) {
      const { fileName } = entry;
      const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
      if (fileName.endsWith('/') || type === FOLDER || isLeftOver(fileName)) continue;
      if (type !== 0 && type !== PLAIN_FILE) throw refusal(`${fileName} is a link or a device`);
      // yauzl has already refused absolute names and `..`.
      if (/\0|(^|\/)\.?(\/|$)/.test(fileName)) throw refusal(`${JSON.stringify(fileName)} is not the name of a file`);
      if (!entry.canDecodeFileData()) throw refusal(`${fileName} is encrypted or compressed in an unknown way`);
      // Case-insensitive file systems do not distinguish names that differ in case only.
      const name = fileName.toLowerCase();
      if (names.has(name)) throw refusal(`${fileName} is in it twice`);
      names.add(name);
      bytes += entry.uncompressedSize;
      if (bytes > limit) throw refusal(`it holds more than ${limit} bytes`);
      files.push(entry);
      if (files.length > MAX_ENTRIES) throw refusal(`it holds more than ${MAX_ENTRIES} files`);
    }
  });
  for (const name of names) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      if (names.has(name.slice(0, at))) throw refusal(`${name.slice(0, at)} is a file and a folder in it`);
    }
  }
  return files;
}

function isLeftOver(name: string): boolean {
  return name.startsWith('__MACOSX/') || name === '.DS_Store' || name.endsWith('/.DS_Store');
}

/** The folder that contains all files, with a trailing slash; empty if there is no such folder. */
function topFolder(entries: readonly Entry[]): string {
  const [first] = entries;
  if (first === undefined) return '';
  const top = first.fileName.slice(0, first.fileName.indexOf('/') + 1);
  return entries.every((entry) => entry.fileName.startsWith(top)) ? top : '';
}

async function unpackFile(zip: ZipFile, entry: Entry, target: string, signal: AbortSignal): Promise<void> {
  let found = 0;
  async function* summed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      found = crc32(bytes, found);
      yield bytes;
    }
  }
  await asZip(async () => {
    const source = await zip.openReadStreamPromise(entry);
    await pipeline(source, summed, createWriteStream(target, { flags: 'wx' }), { signal });
  }, signal);
  if (found !== entry.crc32) throw refusal(`${entry.fileName} is damaged: its CRC-32 does not match`);
}

function refusal(reason: string): AttemptError {
  return new AttemptError(`the archive is refused: ${reason}`);
}

/** Errors of yauzl describe the archive; those of the operating system do not. */
async function asZip<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const fromSystem = error instanceof Error && 'syscall' in error;
    if (error instanceof AttemptError || fromSystem) throw error;
    throw new AttemptError(`the archive is not a complete zip file (${String(error)})`, { cause: error });
  }
}
