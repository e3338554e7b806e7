import { access, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { quietly } from '../test-support/download.js';
import { writeFolder } from '../test-support/folder.js';
import { file, startServer } from '../test-support/server.js';
import { ARCHIVE, fakeTerminal, sha256, sourceOf, untrustedSource } from '../test-support/source.js';
import { zip } from '../test-support/zip.js';
import { type DatasetSource, type DownloadOptions, type DownloadProgress, downloadDataset } from './index.js';

const read = (folder: string, name: string) => readFile(join(folder, name), 'utf-8');

describe('downloadDataset', () => {
  it('gives the folder with the files, without the top folder of the archive', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const options = await quietly();
    const folder = await downloadDataset(sourceOf([server.url('/a.zip')]), options);
    expect(folder).toBe(join(options.cache, 'made-up'));
    expect((await readdir(folder)).filter((name) => !name.startsWith('.')).sort()).toEqual([
      'README',
      'features',
      'ratings.csv',
    ]);
    expect(await read(folder, 'features/items.csv')).toBe('id,title\n2,Two\n');
    // Nothing else is left behind.
    expect((await readdir(options.cache)).sort()).toEqual(['made-up', 'made-up.zip']);
    expect(ARCHIVE.equals(await readFile(join(options.cache, 'made-up.zip')))).toBe(true);
  });

  it('gives the folder inside the archive that the source names', async () => {
    const archive = zip([
      { name: 'Top 2.0/LICENSE', content: 'Free.\n' },
      { name: 'Top 2.0/data/rows.csv', content: '1\n' },
    ]);
    const server = await startServer({ '/a.zip': file(archive) });
    const folder = join(await writeFolder({}), 'deep', 'down');
    const source = untrustedSource([server.url('/a.zip')], { files: ['rows.csv'], folder: 'data' });
    expect(await downloadDataset(source, await quietly({ folder }))).toBe(join(folder, 'data'));
    expect(await read(folder, 'data/rows.csv')).toBe('1\n');
    expect(await read(folder, 'LICENSE')).toBe('Free.\n');
  });

  it('does nothing where the files are there, nor asks', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const { accept: _, ...options } = await quietly();
    const folder = await downloadDataset(source, { ...options, accept: () => true });
    expect(await downloadDataset(source, options)).toBe(folder);
    expect(server.requests).toHaveLength(1);
  });

  it('takes files that were unpacked by hand', async () => {
    const folder = await writeFolder({ 'ratings.csv': 'mine\n', 'features/items.csv': 'mine\n' });
    expect(await downloadDataset(sourceOf(['http://127.0.0.1:9/']), await quietly({ folder }))).toBe(folder);
    expect(await read(folder, 'ratings.csv')).toBe('mine\n');
  });

  it('unpacks an archive that lies in the cache, without network', async () => {
    const cache = await writeFolder({ 'made-up.zip': ARCHIVE });
    const folder = await downloadDataset(sourceOf(['http://127.0.0.1:9/']), await quietly({ cache }));
    expect(await read(folder, 'README')).toBe('Made up.\n');
  });

  it('unpacks into an empty folder, but touches none with other files', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const empty = join(await writeFolder({}), 'empty');
    await mkdir(empty);
    expect(await downloadDataset(source, await quietly({ folder: empty }))).toBe(empty);
    const mine = await writeFolder({ 'notes.txt': 'mine' });
    await expect(downloadDataset(source, await quietly({ folder: mine }))).rejects.toMatchObject({
      name: 'DownloadError',
      source: 'made-up',
      attempts: [],
      message: expect.stringContaining(`${mine} is not empty, and lacks ratings.csv or features/items.csv`),
    });
    expect(await readdir(mine)).toEqual(['notes.txt']);
  });

  it('refuses a folder with another state of the data set', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const options = await quietly();
    await downloadDataset(source, options);
    const later = { ...source, checksum: { algorithm: 'md5', value: '0'.repeat(32) } } as const;
    await expect(downloadDataset(later, options)).rejects.toThrow('another version of this one. Remove that folder');
  });

  it('says how far it is', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const reports: DownloadProgress[] = [];
    const onProgress = (progress: DownloadProgress): void => void reports.push(progress);
    await downloadDataset(sourceOf([server.url('/a.zip')]), await quietly({ onProgress }));
    expect(reports.at(-1)).toEqual({
      received: ARCHIVE.length,
      total: ARCHIVE.length,
      bytesPerSecond: expect.any(Number),
    });
    expect(reports.at(-1)?.bytesPerSecond).toBeGreaterThan(0);
  });

  it.each([
    ['with a length', true, ' 100% | 0.1 of 0.1 MiB | '],
    ['without a length', false, ' 0.1 MiB | '],
  ])('draws a bar on a terminal, for an answer %s', async (_name, length, expected) => {
    const server = await startServer({ '/a.zip': file(ARCHIVE, { length }) });
    const { stream, written } = fakeTerminal(true);
    await downloadDataset(sourceOf([server.url('/a.zip')]), await quietly({ progress: stream }));
    expect(written()).toContain('made-up');
    expect(written()).toContain(expected);
  });

  it('draws none elsewhere', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const { stream, written } = fakeTerminal(false);
    await downloadDataset(sourceOf([server.url('/a.zip')]), await quietly({ progress: stream }));
    expect(written()).toBe('');
  });

  it('lets two at once download once', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const options = await quietly();
    const folders = await Promise.all([1, 2, 3].map(() => downloadDataset(source, options)));
    expect(new Set(folders).size).toBe(1);
    expect(server.requests).toHaveLength(1);
    expect(await read(folders[0], 'README')).toBe('Made up.\n');
  });

  it('lets two with different caches fill one folder', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const parent = await writeFolder({});
    const folder = join(parent, 'made-up');
    await Promise.all([1, 2].map(async () => downloadDataset(source, await quietly({ folder }))));
    expect(await readdir(parent)).toEqual(['made-up']);
    expect(await read(folder, 'README')).toBe('Made up.\n');
  });
});

describe('the terms', () => {
  it('are shown before anything is fetched, and stand in the error where they are refused', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const source = sourceOf([server.url('/a.zip')]);
    const accept = vi.fn(async () => false);
    const refusal = downloadDataset(source, await quietly({ accept }));
    await expect(refusal).rejects.toMatchObject({
      name: 'TermsNotAcceptedError',
      source: 'made-up',
      terms: source.terms,
    });
    await expect(refusal).rejects.toThrow('For tests alone. (https://publisher.example/terms)');
    expect(accept).toHaveBeenCalledWith(source.terms);
    expect(server.requests).toHaveLength(0);
  });

  it('are asked for', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const { accept: _, ...options } = await quietly();
    await expect(downloadDataset(sourceOf([server.url('/a.zip')]), options)).rejects.toThrow(
      'Pass accept: acceptOnTerminal() to be asked, or accept: () => true if you accept them.',
    );
    expect(server.requests).toHaveLength(0);
  });
});

describe('an archive without a known checksum', () => {
  it('is trusted the first time, which is said and recorded, and held against that later', async () => {
    const other = zip([
      { name: 'ratings.csv', content: 'another state\n' },
      { name: 'features/items.csv', content: '' },
    ]);
    const server = await startServer({ '/a.zip': [file(ARCHIVE), file(ARCHIVE), file(other)] });
    const source = untrustedSource([server.url('/a.zip')]);
    const { stream, written } = fakeTerminal(false);
    const options = await quietly({ progress: stream });
    const again = async () => {
      await rm(join(options.cache, 'made-up'), { recursive: true });
      await rm(join(options.cache, 'made-up.zip'));
      return downloadDataset(source, options);
    };
    await downloadDataset(source, options);
    const record = join(options.cache, 'made-up.zip.sha256');
    expect(await readFile(record, 'utf-8')).toBe(`${sha256(ARCHIVE)}  made-up.zip\n`);
    expect(written()).toContain(`made-up: no checksum of this archive is known, so the first download is trusted.`);
    expect(written()).toContain(sha256(ARCHIVE));
    const said = written();
    await again();
    expect(written()).toBe(said);
    await expect(again()).rejects.toThrow(
      `expected the sha256 of the first download, ${sha256(ARCHIVE)}; found ${sha256(other)}: if the publisher has ` +
        `changed the data, remove ${record} to trust the new archive`,
    );
    await rm(record);
    expect(await read(await downloadDataset(source, options), 'ratings.csv')).toBe('another state\n');
  });

  it('leaves no record where it does not unpack', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE.subarray(0, -40)) });
    const options = await quietly();
    await expect(downloadDataset(untrustedSource([server.url('/a.zip')]), options)).rejects.toThrow(
      'not a complete zip file',
    );
    expect(await readdir(options.cache)).toEqual([]);
  });
});

describe('downloadDataset refuses', () => {
  it.each<[string, Partial<DatasetSource>, DownloadOptions, string]>([
    ['a name with a path', { name: '../made-up' }, {}, 'source.name'],
    ['a source without addresses', { urls: [] }, {}, 'source.urls'],
    ['an address of a file', { urls: ['file:///etc/passwd'] }, {}, 'source.urls[0]'],
    ['a checksum cut short', { checksum: { algorithm: 'sha256', value: 'abc' } }, {}, 'source.checksum.value'],
    ['a size of nothing', { bytes: 0 }, {}, 'source.bytes'],
    ['a folder that leads out', { folder: '../..' }, {}, 'source.files'],
    ['an absolute file', { files: ['/etc/passwd'] }, {}, 'source.files'],
    ['an invalid mirror', {}, { mirrors: ['mirror.example'] }, 'mirrors[0]'],
    ['negative retries', {}, { retries: -1 }, 'retries'],
    ['no patience', {}, { stallTimeoutMs: 0 }, 'stallTimeoutMs'],
    ['waits of no length', {}, { initialDelayMs: Number.NaN }, 'initialDelayMs'],
  ])('%s', async (_name, changes, options, option) => {
    const download = downloadDataset(sourceOf(['http://127.0.0.1:9/'], changes), await quietly(options));
    await expect(download).rejects.toMatchObject({ name: 'InvalidOptionError', option });
  });

  it('a name that it does not know', async () => {
    await expect(downloadDataset('movielens' as 'coat')).rejects.toThrow('expected one of movielens-100k, ');
    await expect(downloadDataset('toString' as 'coat')).rejects.toThrow('expected one of movielens-100k, ');
  });

  it('a cache that it may not write to, and says what to do', async () => {
    const folder = await writeFolder({ file: '' });
    const download = downloadDataset(sourceOf(['http://127.0.0.1:9/']), await quietly({ cache: join(folder, 'file') }));
    await expect(download).rejects.toMatchObject({
      name: 'DownloadError',
      remedy: expect.stringContaining('set the options cache (or IALP_CACHE) and folder'),
    });
  });

  it('a full disk, and says what to do', async (context) => {
    const full = await access('/dev/full').then(
      () => true,
      () => false,
    );
    if (!full) context.skip('there is no /dev/full here');
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const options = await quietly();
    await symlink('/dev/full', join(options.cache, 'made-up.part'));
    await expect(downloadDataset(sourceOf([server.url('/a.zip')]), options)).rejects.toMatchObject({
      name: 'DownloadError',
      message: expect.stringContaining('ENOSPC'),
      remedy: 'Free space on that disk, or set the options cache and folder to another disk.',
    });
  });

  it('an archive in the cache that is not the one, and fetches it', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE) });
    const options = await quietly();
    await writeFile(join(options.cache, 'made-up.zip'), 'something else');
    const folder = await downloadDataset(sourceOf([server.url('/a.zip')]), options);
    expect(await read(folder, 'README')).toBe('Made up.\n');
  });
});
