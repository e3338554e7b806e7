import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { IalpError, InvalidOptionError } from '@ialp/core';
import { build } from 'tsup';
import { expect, test, vi } from 'vitest';
import { ClientOptionError, type ClientOptions, createClient } from './index.js';

const VALID = { url: 'http://localhost:8080', fallback: [] };

test.each<[string, unknown, RegExp]>([
  ['options', null, /options: expected an object, such as \{ url, fallback \}; found null/],
  ['timeout', { timeout: 5 }, /timeout: expected one of timeoutMs,.*; found 5/],
  ['url', { url: undefined }, /url: expected an address with http or https/],
  ['url', { url: 'localhost:8080' }, /url: .*found localhost:8080/],
  ['url', { url: 'ftp://localhost' }, /url/],
  ['url', { url: 'http://user:word@localhost' }, /without a user/],
  ['url', { url: 'http://localhost/?a=1' }, /without a user, a query/],
  ['token', { token: 'a\nb' }, /token/],
  ['token', { token: '' }, /token/],
  ['fallback', { fallback: undefined }, /fallback: expected a list of item ids, or a function/],
  ['fallback', { fallback: [1] }, /fallback/],
  ['count', { count: 0 }, /count: expected an integer from 1/],
  ['confirmShown', { confirmShown: 1 }, /confirmShown/],
  ['timeoutMs', { timeoutMs: 0 }, /timeoutMs: expected an integer from 1 to 2147483647; found 0/],
  ['timeoutMs', { timeoutMs: 2 ** 31 }, /timeoutMs/],
  ['maxQueued', { maxQueued: 1.5 }, /maxQueued/],
  ['pauseMs', { pauseMs: Number.NaN }, /pauseMs.*found NaN/],
  ['storage', { storage: {} }, /storage: expected a storage like localStorage; found \[object Object\]/],
  ['storagePrefix', { storagePrefix: '' }, /storagePrefix/],
  ['fetch', { fetch: 'fetch' }, /fetch: expected a function; found fetch/],
  ['onDropped', { onDropped: 1 }, /onDropped/],
])('%s: refuses %j', (option, given, message) => {
  const options = (given === null ? null : { ...VALID, ...(given as object) }) as ClientOptions;
  let error: unknown;
  try {
    createClient(options);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ name: 'ClientOptionError', option, message: expect.stringMatching(message) });
  expect(ClientOptionError.isInstance(error)).toBe(true);
  expect(IalpError.isInstance(error) || InvalidOptionError.isInstance(error)).toBe(false);
});

test('a message never shows the token', () => {
  expect(() => createClient({ ...VALID, token: 'top secret' })).toThrow(/^(?!.*top secret)/s);
});

test('isInstance recognises the errors of another copy, and nothing else', async () => {
  vi.resetModules();
  const copy = await import('./index.js');
  expect(copy.ClientOptionError).not.toBe(ClientOptionError);
  expect(ClientOptionError.isInstance(new copy.ClientOptionError('a', 'b', 'c'))).toBe(true);
  for (const other of [new Error('x'), null, 'ClientOptionError', {}]) {
    expect(ClientOptionError.isInstance(other)).toBe(false);
  }
});

test('the url may be relative to that of the page', async () => {
  vi.stubGlobal('location', { href: 'https://shop.example/cart?x=1' });
  const urls: string[] = [];
  const client = createClient({
    ...{ ...VALID, url: '/recommend/' },
    fetch: async (url) => {
      urls.push(url);
      return { status: 409, headers: new Headers(), body: null };
    },
  });
  await client.recommend({ session: 'ann' });
  vi.unstubAllGlobals();
  expect(urls).toEqual(['https://shop.example/recommend/v1/recommend']);
});

test('is at most 4 kB gzipped, and imports nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-client-'));
  try {
    const entry = fileURLToPath(new URL('index.ts', import.meta.url));
    await build({
      ...{ entry: { client: entry }, outDir: folder, format: 'esm', target: 'es2022', platform: 'neutral' },
      ...{ minify: true, silent: true, config: false, treeshake: true },
    });
    expect(await readdir(folder)).toEqual(['client.js']);
    const code = await readFile(join(folder, 'client.js'), 'utf8');
    expect(code).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b|\bBuffer\b/);
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(4_096);
    // It is all there, not left out by the bundler.
    expect(code).toContain('/v1/feedback');
  } finally {
    await rm(folder, { recursive: true });
  }
});
