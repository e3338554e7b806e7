import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { DownloadOptions } from '../download/download-dataset.js';
import { writeFolder } from './folder.js';
import { file } from './server.js';
import { ARCHIVE } from './source.js';

/** A server that serves the archive under `/good.zip`; a test adds what it wants under other paths. */
export const GOOD = { '/good.zip': file(ARCHIVE, { etag: '"1"' }) };

/** Options of a test that is not about them: a cache of its own, the terms accepted, no bar, short waits. */
export async function quietly(options: DownloadOptions = {}): Promise<DownloadOptions & { readonly cache: string }> {
  const cache = options.cache ?? (await writeFolder({}));
  return { accept: () => true, progress: false, retries: 3, initialDelayMs: 10, ...options, cache };
}

/** Expects the made-up data set in its folder, its archive in the cache, and nothing left behind beside them. */
export async function expectGood(folder: string, cache: string): Promise<void> {
  expect(await readFile(join(folder, 'README'), 'utf-8')).toBe('Made up.\n');
  // Not `toEqual`, which takes its time over a hundred thousand bytes.
  expect(ARCHIVE.equals(await readFile(join(cache, 'made-up.zip')))).toBe(true);
  expect((await readdir(cache)).sort()).toEqual(['made-up', 'made-up.zip']);
}

/** Resolves once the part of the made-up data set in a cache has so many bytes. */
export async function untilPartHas(cache: string, bytes: number): Promise<void> {
  const size = () =>
    stat(join(cache, 'made-up.part')).then(
      (entry) => entry.size,
      () => 0,
    );
  // Not `vi.waitUntil`, which moves the clock where timers are faked.
  while ((await size()) < bytes) await sleep(5);
}
