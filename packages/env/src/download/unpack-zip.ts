import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AttemptError } from './attempt-error.js';

/** More files than any data set here has; a list of millions would fill the memory. */
const MOST_ENTRIES = 10_000;
/** The type of a file, in the upper half of its attributes where a Unix wrote them; 0 where none did. */
const FILE_TYPE = 0o170000;
const PLAIN_FILE = 0o100000;
const FOLDER = 0o040000;

/**
 * Unpacks a zip file into an empty folder. Where all its files are in one top folder, that is left out. What macOS puts
 * into zip files beside the content (`__MACOSX`, `.DS_Store`) is left out as well.
 *
 * Nothing is written before all names are checked. Refused are names that lead out of the folder, links, encrypted files,
 * a name twice, and more than `limit` bytes in all. Each file is checked against its length and CRC-32.
 * @throws {AttemptError} if the file is no zip file, damaged or refused.
 * @throws The signal's reason where it is aborted, and errors of the file system as they are.
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
      // yauzl has refused absolute names and `..` by now.
      if (/\0|(^|\/)\.?(\/|$)/.test(fileName)) throw refusal(`${JSON.stringify(fileName)} is no name of a file`);
      if (!entry.canDecodeFileData()) throw refusal(`${fileName} is encrypted or packed in an unknown way`);
      // On disks that do not tell letters by their case, names that differ in it alone are one.
      const name = fileName.toLowerCase();
      if (names.has(name)) throw refusal(`${fileName} is in it twice`);
      names.add(name);
      bytes += entry.uncompressedSize;
      if (bytes > limit) throw refusal(`it holds more than ${limit} bytes`);
      files.push(entry);
      if (files.length > MOST_ENTRIES) throw refusal(`it holds more than ${MOST_ENTRIES} files`);
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
  if (found !== entry.crc32) throw refusal(`${entry.fileName} is damaged: its CRC-32 is not the one it should have`);
}

function refusal(reason: string): AttemptError {
  return new AttemptError(`the archive is refused: ${reason}`, {});
}

/** yauzl's errors say what is wrong with the file; those of the operating system are about something else. */
async function asZip<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const fromSystem = error instanceof Error && 'syscall' in error;
    if (error instanceof AttemptError || fromSystem) throw error;
    throw new AttemptError(`the archive is no whole zip file (${String(error)})`, { cause: error });
  }
}
