import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectGood, GOOD, quietly } from '../test-support/download.js';
import { endless, file, startServer, status } from '../test-support/server.js';
import { ARCHIVE, sha256, sourceOf, untrustedSource } from '../test-support/source.js';
import { zip } from '../test-support/zip.js';
import { downloadDataset } from './index.js';

describe('an address that fails', () => {
  it('is followed where it sends on', async () => {
    const server = await startServer({ ...GOOD, '/old.zip': status(302, { location: '/good.zip' }) });
    const options = await quietly();
    await expectGood(await downloadDataset(sourceOf([server.url('/old.zip')]), options), options.cache);
  });

  it.each([403, 404, 410])('with %i is left at once for the next', async (code) => {
    const server = await startServer({ ...GOOD, '/bad.zip': status(code) });
    const options = await quietly();
    const source = sourceOf([server.url('/bad.zip'), server.url('/good.zip')]);
    await expectGood(await downloadDataset(source, options), options.cache);
    expect(server.requests.map(({ path }) => path)).toEqual(['/bad.zip', '/good.zip']);
  });

  it('comes after the mirrors of the caller', async () => {
    const server = await startServer({ ...GOOD, '/mirror.zip': status(404) });
    const options = await quietly({ mirrors: [server.url('/mirror.zip')] });
    await downloadDataset(sourceOf([server.url('/good.zip')]), options);
    expect(server.requests.map(({ path }) => path)).toEqual(['/mirror.zip', '/good.zip']);
  });

  it('with 500 is asked again, after longer and longer waits', async () => {
    const server = await startServer({ '/a.zip': [status(500), status(503), file(ARCHIVE)] });
    const options = await quietly({ initialDelayMs: 200 });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    const [first, second, third] = server.requests.map(({ at }) => at);
    // Half of the wait is certain, half at random; timers may be early by a millisecond.
    expect(second - first).toBeGreaterThan(99);
    expect(third - second).toBeGreaterThan(199);
  });

  it('with 429 is asked again when it says', async () => {
    const server = await startServer({ '/a.zip': [status(429, { 'retry-after': '1' }), file(ARCHIVE)] });
    const options = await quietly();
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect(server.requests[1].at - server.requests[0].at).toBeGreaterThan(999);
  });

  it('is left for the next where it asks for too long a wait', async () => {
    const server = await startServer({ ...GOOD, '/busy.zip': status(503, { 'retry-after': '3600' }) });
    const options = await quietly();
    const source = sourceOf([server.url('/busy.zip'), server.url('/good.zip')]);
    await expectGood(await downloadDataset(source, options), options.cache);
    expect(server.requests).toHaveLength(2);
  });

  it('is tried so many times and no more; the error says what came of each', async () => {
    const server = await startServer({ '/down.zip': status(500) });
    const urls = [server.url('/down.zip'), server.url('/gone.zip'), 'http://127.0.0.1:9/closed.zip'];
    const options = await quietly({ retries: 1 });
    const error = await downloadDataset(sourceOf(urls), options).catch((fault: unknown) => fault);
    const closed = { url: urls[2], reason: expect.stringMatching(/^the connection failed: .*/) };
    expect(error).toMatchObject({
      name: 'DownloadError',
      source: 'made-up',
      attempts: [
        { url: urls[0], reason: '500 Internal Server Error' },
        { url: urls[0], reason: '500 Internal Server Error' },
        { url: urls[1], reason: '404 Not Found' },
        closed,
        closed,
      ],
      remedy:
        'Try again later, which resumes this download; or download the zip file by hand from ' +
        `https://publisher.example/made-up, save it as ${join(options.cache, 'made-up.zip')} and try again.`,
    });
    expect(String(error)).toContain(`${urls[0]}: 500 Internal Server Error (2 times); ${urls[1]}: 404 Not Found;`);
  });
});

describe('an archive that is not the one', () => {
  const other = zip([{ name: 'ratings.csv', content: 'other\n' }]);

  it('is removed, and the error names both checksums', async () => {
    const server = await startServer({ '/a.zip': file(other) });
    const options = await quietly();
    await expect(downloadDataset(sourceOf([server.url('/a.zip')]), options)).rejects.toThrow(
      `${server.url('/a.zip')}: expected an archive with the sha256 ${sha256(ARCHIVE)}; found ${sha256(other)}`,
    );
    expect(await readdir(options.cache)).toEqual([]);
    // It would be wrong again.
    expect(server.requests).toHaveLength(1);
  });

  it('is passed over for the next address', async () => {
    const server = await startServer({ ...GOOD, '/wrong.zip': file(other) });
    const options = await quietly();
    const source = sourceOf([server.url('/wrong.zip'), server.url('/good.zip')]);
    await expectGood(await downloadDataset(source, options), options.cache);
  });

  it.each([
    [
      'a web page',
      file(Buffer.from('<html>Sign in</html>'), { type: 'text/html; charset=utf-8' }),
      'received a web page',
    ],
    ['text', file(Buffer.from('<html>Sign in</html>')), 'the archive is not a complete zip file'],
    ['nothing', file(Buffer.from('')), '416'],
    ['a zip file cut short', file(ARCHIVE.subarray(0, -40)), 'the archive is not a complete zip file'],
    ['a zip file without the data', file(other), 'the archive lacks ratings.csv or features/items.csv'],
    ['too large a file', file(Buffer.alloc(1_000_001)), 'expected at most 1000000 bytes; the server has 1000001'],
    ['a file without end', endless, 'expected at most 1000000 bytes; received more'],
  ])('is refused where nothing is known of it: %s', async (_name, reply, reason) => {
    const server = await startServer({ '/a.zip': reply });
    const options = await quietly();
    await expect(downloadDataset(untrustedSource([server.url('/a.zip')]), options)).rejects.toMatchObject({
      name: 'DownloadError',
      attempts: [{ reason: expect.stringContaining(reason) }],
    });
    expect(await readdir(options.cache)).toEqual([]);
  });

  it('is refused by its size before it is fetched', async () => {
    const server = await startServer({ '/a.zip': file(other) });
    const source = sourceOf([server.url('/a.zip')], { bytes: ARCHIVE.length });
    await expect(downloadDataset(source, await quietly())).rejects.toThrow(
      `expected ${ARCHIVE.length} bytes; the server has ${other.length}`,
    );
  });

  it('is taken without its length where it is good', async () => {
    const server = await startServer({ '/a.zip': file(ARCHIVE, { length: false }) });
    const totals = new Set<number | undefined>();
    const options = await quietly({ onProgress: ({ total }) => void totals.add(total) });
    await expectGood(await downloadDataset(sourceOf([server.url('/a.zip')]), options), options.cache);
    expect([...totals]).toEqual([undefined]);
  });
});
