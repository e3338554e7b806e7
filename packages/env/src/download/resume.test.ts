import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectGood, GOOD, quietly, untilPartHas } from '../test-support/download.js';
import { drip, file, type Reply, startServer, status } from '../test-support/server.js';
import { ARCHIVE, sourceOf } from '../test-support/source.js';
import { type DownloadProgress, downloadDataset } from './index.js';

/** The time after which a server is given up passes only where a test says so. */
// Time goes on as well by itself, for the waits between attempts.
const fakeTimeouts = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
afterEach(() => void vi.useRealTimers());

/** A cut once the client has 50,000 bytes on its disk. */
const cutOf = (cache: string) => ({ cutAfter: 50_000, cutWhen: () => untilPartHas(cache, 50_000) });

describe('a download that is cut', () => {
  it('resumes where it was cut', async () => {
    const reports: DownloadProgress[] = [];
    const options = await quietly({ onProgress: (progress) => void reports.push(progress) });
    const server = await startServer({
      '/a.zip': [file(ARCHIVE, { etag: '"1"', ...cutOf(options.cache) }), file(ARCHIVE, { etag: '"1"' })],
    });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests).toMatchObject([
      { range: undefined, ifRange: undefined },
      { range: 'bytes=50000-', ifRange: '"1"' },
    ]);
    expect(reports.at(-1)).toMatchObject({ received: ARCHIVE.length, total: ARCHIVE.length });
  });

  it('goes on by the date where there is no strong tag', async () => {
    const served = { etag: 'W/"1"', lastModified: 'Tue, 01 Sep 2020 00:00:00 GMT' };
    const options = await quietly();
    const server = await startServer({
      '/a.zip': [file(ARCHIVE, { ...served, ...cutOf(options.cache) }), file(ARCHIVE, served)],
    });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests[1]).toMatchObject({ range: 'bytes=50000-', ifRange: served.lastModified });
  });

  it.each([
    ['the server cannot say that the file is the same', {}, {}],
    ['the server does not know parts', { etag: '"1"' }, { etag: '"1"', ranges: false }],
    ['the file has changed', { etag: '"0"' }, { etag: '"1"' }],
  ])('begins anew where %s', async (_name, before, after) => {
    // Other bytes in the part: to put the rest behind them would be noticed.
    const wrong = Buffer.alloc(ARCHIVE.length, 'x');
    const options = await quietly();
    const server = await startServer({
      '/a.zip': [file(wrong, { ...before, ...cutOf(options.cache) }), file(ARCHIVE, after)],
    });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests).toHaveLength(2);
  });

  it('begins anew where a server that does not know If-Range sends the rest of a changed file', async () => {
    const wrong = Buffer.alloc(ARCHIVE.length, 'x');
    const options = await quietly();
    const server = await startServer({
      '/a.zip': [
        file(wrong, { etag: '"0"', ...cutOf(options.cache) }),
        (request, response) => {
          request.headers['if-range'] = '"1"';
          file(ARCHIVE, { etag: '"1"' })(request, response);
        },
      ],
    });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', undefined]);
  });

  it('begins anew where another part comes than the one asked for', async () => {
    const options = await quietly();
    const server = await startServer({
      '/a.zip': [
        file(ARCHIVE, { etag: '"1"', ...cutOf(options.cache) }),
        (_request, response) => {
          const range = `bytes 10-${ARCHIVE.length - 1}/${ARCHIVE.length}`;
          response.writeHead(206, { etag: '"1"', 'content-range': range }).end(Buffer.alloc(ARCHIVE.length - 50_000));
        },
        file(ARCHIVE, { etag: '"1"' }),
      ],
    });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
  });

  it('is complete where nothing is behind what came', async () => {
    const server = await startServer({ ...GOOD });
    const url = server.url('/good.zip');
    const options = await quietly();
    await writeFolderInto(options.cache, {
      'made-up.part': ARCHIVE,
      'made-up.part.json': JSON.stringify({ url, etag: '"1"' }),
    });
    await expectGood(await downloadDataset(sourceOf([url]), options), options.cache);
    expect(server.requests).toMatchObject([{ range: `bytes=${ARCHIVE.length}-` }]);
  });

  it('begins anew where the file has become shorter', async () => {
    const server = await startServer({ ...GOOD });
    const url = server.url('/good.zip');
    const options = await quietly();
    const part = Buffer.concat([ARCHIVE, Buffer.from('more')]);
    await writeFolderInto(options.cache, {
      'made-up.part': part,
      'made-up.part.json': JSON.stringify({ url, etag: '"1"' }),
    });
    await expectGood(await downloadDataset(sourceOf([url]), options), options.cache);
    expect(server.requests.map(({ range }) => range)).toEqual([`bytes=${part.length}-`, undefined]);
  });

  it.each(['{"url": 3}', 'null', '{'])('begins anew where what was remembered of it is damaged: %s', async (state) => {
    const server = await startServer({ ...GOOD });
    const options = await quietly();
    await writeFolderInto(options.cache, { 'made-up.part': 'x'.repeat(100), 'made-up.part.json': state });
    await expectGood(await downloadDataset(sourceOf([server.url('/good.zip')]), options), options.cache);
    expect(server.requests).toMatchObject([{ range: undefined }]);
  });

  it('begins anew at another address', async () => {
    const options = await quietly({ retries: 0 });
    const server = await startServer({ ...GOOD, '/cut.zip': file(ARCHIVE, { etag: '"1"', ...cutOf(options.cache) }) });
    const source = sourceOf([server.url('/cut.zip'), server.url('/good.zip')]);
    await expectGood(await downloadDataset(source, options), options.cache);
    expect(server.requests[1]).toMatchObject({ path: '/good.zip', range: undefined });
  });

  it('is given up where no byte comes for a time, and goes on', async () => {
    fakeTimeouts();
    const options = await quietly({ stallTimeoutMs: 60_000 });
    const silent = (): void => void vi.advanceTimersByTime(60_000);
    const silentAfter50k: Reply = (request, response) => {
      file(ARCHIVE, { etag: '"1"', stallAfter: 50_000 })(request, response);
      void untilPartHas(options.cache, 50_000).then(silent);
    };
    const server = await startServer({ '/a.zip': [silent, silentAfter50k, file(ARCHIVE, { etag: '"1"' })] });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined, 'bytes=50000-']);
  });

  it('is not given up while bytes come, however slowly', async () => {
    fakeTimeouts();
    const options = await quietly({ stallTimeoutMs: 60_000, retries: 0 });
    const almostTooLong = async (sent: number): Promise<void> => {
      await untilPartHas(options.cache, sent);
      vi.advanceTimersByTime(59_000);
    };
    const server = await startServer({ '/a.zip': drip(ARCHIVE, 15, almostTooLong) });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
  });

  it('says that no data came', async () => {
    const server = await startServer({ '/a.zip': () => {} });
    const options = await quietly({ stallTimeoutMs: 100, retries: 0 });
    await expect(downloadDataset(sourceOf([server.url('/a.zip')]), options)).rejects.toMatchObject({
      attempts: [{ reason: 'received no data for 0.1 s' }],
    });
  });

  it('by its caller ends with the reason given, and goes on in the next call', async () => {
    const server = await startServer({
      '/a.zip': [file(ARCHIVE, { etag: '"1"', stallAfter: 50_000 }), file(ARCHIVE, { etag: '"1"' })],
    });
    const source = sourceOf([server.url('/a.zip')]);
    const abort = new AbortController();
    const reason = new Error('enough');
    const options = await quietly();
    void untilPartHas(options.cache, 50_000).then(() => abort.abort(reason));
    await expect(downloadDataset(source, { ...options, signal: abort.signal })).rejects.toBe(reason);
    expect((await readdir(options.cache)).sort()).toEqual(['made-up.part', 'made-up.part.json']);
    await expectGood(await downloadDataset(source, options), options.cache);
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-']);
  });

  it.each([
    ['before it begins', true],
    ['while it waits for another try', false],
  ])('%s ends with the reason given', async (_name, isBefore) => {
    const abort = new AbortController();
    if (isBefore) abort.abort('enough');
    const server = await startServer({
      '/a.zip': (request, response) => {
        status(500)(request, response);
        // Enough for the client to have read it; where it was not, the call ends in the same way.
        setTimeout(() => abort.abort('enough'), 50);
      },
    });
    const options = await quietly({ signal: abort.signal, initialDelayMs: 30_000 });
    await expect(downloadDataset(sourceOf([server.url('/a.zip')]), options)).rejects.toBe('enough');
  });

  it('anywhere and any number of times gives the same file', async () => {
    const cut = fc.integer({ min: 0, max: ARCHIVE.length });
    const served = fc.record({ cutAfter: cut, ranges: fc.boolean(), etag: fc.constantFrom('"1"', '"2"') });
    await fc.assert(
      fc.asyncProperty(fc.array(served, { maxLength: 3 }), async (cuts) => {
        const replies = [...cuts.map((fault) => file(ARCHIVE, fault)), file(ARCHIVE, { etag: '"1"' })];
        const server = await startServer({ '/a.zip': replies });
        const options = await quietly();
        await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
      }),
      { numRuns: 25 },
    );
  });
});

/** Writes files into a folder that is there. */
async function writeFolderInto(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
