import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCoat } from '../datasets/readers/coat.js';
import { isGoodbooks } from '../datasets/readers/goodbooks.js';
import { isLastFm } from '../datasets/readers/lastfm.js';
import { isMovieLens100k } from '../datasets/readers/movielens-100k.js';
import { isMovieLensLatest } from '../datasets/readers/movielens-latest.js';
import { quietly } from '../test-support/download.js';
import { realData } from '../test-support/folder.js';
import { file, startServer } from '../test-support/server.js';
import { zip } from '../test-support/zip.js';
import { downloadDataset } from './index.js';
import { checkSource } from './source.js';
import { datasetSources } from './sources.js';

const SOURCES = Object.entries(datasetSources);

describe('datasetSources', () => {
  it.each(SOURCES)('%s is well formed and states its terms', (name, source) => {
    checkSource(source);
    expect(source.name).toBe(name);
    expect(source.files.length).toBeGreaterThan(0);
    for (const text of Object.values(source.terms)) expect(text.length).toBeGreaterThan(5);
    for (const url of [source.page, source.terms.link]) expect(url).toMatch(/^https:\/\//);
    if (source.bytes !== undefined) expect(source.bytes).toBeLessThan(source.unpackedLimit);
  });

  it.each(SOURCES)('%s has an address without https only behind one with it, and with a SHA-256', (_name, source) => {
    expect(source.urls[0]).toMatch(/^https:\/\//);
    if (source.urls.every((url) => url.startsWith('https://'))) return;
    expect(source.checksum?.algorithm).toBe('sha256');
  });

  it.for([
    ['movielens-100k', 'ml-100k', isMovieLens100k],
    ['movielens-latest-small', 'ml-latest-small', isMovieLensLatest],
    ['lastfm', 'lastfm-hetrec', isLastFm],
    ['goodbooks-10k', 'goodbooks-10k', isGoodbooks],
    ['coat', 'coat', isCoat],
  ] as const)('%s, as it is published, becomes a folder for its reader', async ([name, data, isReady], context) => {
    const path = realData(data);
    if (!(await isReady(path))) context.skip(`${name} is not at ${path}`);
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const members = files.map(async (from) => {
      return { name: `top/${relative(path, from)}`, content: await readFile(from), deflate: true };
    });
    const server = await startServer({ '/a.zip': file(zip(await Promise.all(members))) });
    // It is not the publisher's own archive that is zipped here: its size and checksum are others.
    const { bytes: _bytes, checksum: _checksum, ...source } = datasetSources[name];
    const folder = await downloadDataset({ ...source, urls: [server.url('/a.zip')] }, await quietly());
    expect(await isReady(folder)).toBe(true);
  });
});
