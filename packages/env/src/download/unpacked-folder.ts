import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '@ialp/core/files';
import { hasFiles } from '../datasets/parsing/byte-stream.js';
import { AttemptError } from './attempt-error.js';
import type { Digests } from './digests.js';
import { DownloadError } from './errors.js';
import type { DatasetSource } from './source.js';

/** Stands in a folder that was unpacked by `downloadDataset`, and says from what. */
const MARKER = '.ialp-dataset.json';
/** In milliseconds. What was left half unpacked for so long is nobody's work any more. */
const LEFT_BEHIND = 3_600_000;

interface Marker {
  readonly name: string;
  readonly archive: Digests;
}

/**
 * Whether a folder holds a data set already: either unpacked by us from the archive that the source describes, or, where
 * there is no marker of ours, by hand: then its files are taken as they are.
 * @throws {DownloadError} if the folder holds something else, which is not ours to remove.
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
    : `${folder} holds another data set, or another state of this one`;
  throw new DownloadError(source.name, { fault, remedy: 'Remove that folder, or name another by the option folder.' });
}

/**
 * Fills a folder so that it is seen whole or not at all: what `fill` writes goes into a folder beside it, which is
 * renamed when the files that are expected are there.
 * @throws {AttemptError} if they are not.
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
      throw new AttemptError(`the archive lacks ${source.files.join(' or ')}`, {});
    }
    const marker: Marker = { name: source.name, archive };
    await writeFile(join(temporary, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
    await moveTo(temporary, folder, source);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moveTo(temporary: string, folder: string, source: DatasetSource): Promise<void> {
  // An empty folder may be there; Windows does not rename over one. One that is not empty stays.
  await rmdir(folder).catch(() => {});
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process, with another cache, may have been faster.
    if (!(await isUnpacked(folder, source))) throw error;
  }
}

/** Removes what processes that were ended left beside a folder. */
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
