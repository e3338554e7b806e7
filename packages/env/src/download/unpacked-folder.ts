import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '@ialp/core/files';
import { hasFiles } from '../datasets/parsing/byte-stream.js';
import { AttemptError } from './attempt-error.js';
import type { Digests } from './digests.js';
import { DownloadError } from './errors.js';
import type { DatasetSource } from './source.js';

/** A file in each folder that `downloadDataset` unpacked, which identifies the archive. */
const MARKER = '.ialp-dataset.json';
/** Milliseconds after which a partly unpacked folder is abandoned. */
const LEFT_BEHIND = 3_600_000;

interface Marker {
  readonly name: string;
  readonly archive: Digests;
}

/**
 * Whether a folder already has a data set: unpacked from the archive that the source describes, or, without a marker, by hand; then its
 * files are used as they are.
 * @throws {DownloadError} if the folder has other content, which is never removed.
 */
export async function isUnpacked(folder: string, source: DatasetSource): Promise<boolean> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0) return false;
  const marker = await readMarker(folder);
  const whole = await hasFiles(join(folder, source.folder ?? ''), source.files);
  if (whole && (marker === undefined || isOf(marker, source))) return true;
  const fault = !whole
    ? `${folder} is not empty, and lacks ${source.files.join(' or ')}`
    : `${folder} has another data set, or another version of this one`;
  throw new DownloadError(source.name, { fault, remedy: 'Remove that folder, or set the option folder to another.' });
}

/**
 * Fills a folder atomically: `fill` writes to a temporary folder beside it, which is renamed when it has the expected files.
 * @throws {AttemptError} if it does not have them.
 */
export async function fillFolder(
  folder: string,
  source: DatasetSource,
  archive: Digests,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  await makeFolder(dirname(folder));
  await sweep(folder);
  const temporary = `${prefixOf(folder)}${randomUUID()}`;
  await mkdir(temporary);
  try {
    await fill(temporary);
    if (!(await hasFiles(join(temporary, source.folder ?? ''), source.files))) {
      throw new AttemptError(`the archive lacks ${source.files.join(' or ')}`);
    }
    const marker: Marker = { name: source.name, archive };
    await writeFile(join(temporary, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
    await moveTo(temporary, folder, source);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moveTo(temporary: string, folder: string, source: DatasetSource): Promise<void> {
  // Windows does not rename over an existing folder. An empty one is removed; another one stays.
  await rmdir(folder).catch(() => {});
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process with another cache may have been faster.
    if (!(await isUnpacked(folder, source))) throw error;
  }
}

/** Removes temporary folders of processes that were killed. */
async function sweep(folder: string): Promise<void> {
  const prefix = basename(prefixOf(folder));
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dirname(folder), name);
    const entry = await stat(path).catch(() => undefined);
    if (entry !== undefined && Date.now() - entry.mtimeMs > LEFT_BEHIND)
      await rm(path, { recursive: true, force: true });
  }
}

function prefixOf(folder: string): string {
  return `${folder}.unpacking-`;
}

async function readMarker(folder: string): Promise<Partial<Marker> | undefined> {
  const text = await readFile(join(folder, MARKER), 'utf-8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const marker: unknown = JSON.parse(text);
    return typeof marker === 'object' && marker !== null ? marker : {};
  } catch {
    return {};
  }
}

function isOf(marker: Partial<Marker>, { name, checksum }: DatasetSource): boolean {
  return marker.name === name && (checksum === undefined || marker.archive?.[checksum.algorithm] === checksum.value);
}
