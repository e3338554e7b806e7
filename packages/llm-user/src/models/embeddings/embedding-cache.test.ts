import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { embeddingModelChecks } from '../../conformance/index.js';
import type { EmbeddingModel } from '../../embedding-model.js';
import { EmbeddingCacheError, withEmbeddingCache } from './embedding-cache.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-embeddings-'));
  path = join(folder, 'cache.vectors');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Gives a text's length and its first code units, and says what it was asked. */
function counting(name = 'm'): EmbeddingModel & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    specificationVersion: 'v1',
    name,
    dimension: 3,
    asked,
    async embed(texts, { onProgress } = {}) {
      asked.push(...texts);
      onProgress?.(texts.length, texts.length);
      return Float32Array.from(texts.flatMap(vectorOf));
    },
  };
}

/** Bytes before the first vector. */
async function headerLength(): Promise<number> {
  return (await readFile(path)).indexOf('\n') + 1 + 32;
}

const vectorOf = (text: string): number[] => [text.length / 3, text.charCodeAt(0) || -0, text.charCodeAt(1) || 1e-40];
const expected = (texts: readonly string[]): Float32Array => Float32Array.from(texts.flatMap(vectorOf));
const TEXTS = Array.from({ length: 30 }, (_, k) => `text ${k}`);

// On Linux nobody can make a folder there, and mkdir with `recursive` does not return.
test.skipIf(!existsSync('/proc/self'))('a folder that cannot be made is an error, or done without', async () => {
  const place = { path: '/proc/ialp/cache.vectors' };
  const refused = (await withEmbeddingCache(counting(), place)).embed(TEXTS);
  await expect(refused).rejects.toBeInstanceOf(EmbeddingCacheError);
  await expect(refused).rejects.toThrow(/expected a file that can be written; found ENOENT/);
  const said: string[] = [];
  const cached = await withEmbeddingCache(counting(), { ...place, onUnusable: ({ message }) => said.push(message) });
  expect(await cached.embed(TEXTS)).toEqual(expected(TEXTS));
  expect(said).toHaveLength(1);
});

describe('withEmbeddingCache', () => {
  for (const check of embeddingModelChecks(() => withEmbeddingCache(counting(), { path }))) test(check.name, check.run);

  test('asks for a text once, in one call and over calls and objects, and gives the same bits', async () => {
    const model = counting();
    const cached = await withEmbeddingCache(model, { path });
    expect(await cached.countMissing(['a', 'b', 'a'])).toBe(2);
    expect(await cached.embed(['a', 'b', 'a'])).toEqual(expected(['a', 'b', 'a']));
    expect(model.asked).toEqual(['a', 'b']);
    const later = await withEmbeddingCache(model, { path });
    expect(await later.countMissing(['c', 'b', 'a'])).toBe(1);
    expect(await later.embed(['c', 'b', 'a', ''])).toEqual(expected(['c', 'b', 'a', '']));
    expect(model.asked).toEqual(['a', 'b', 'c', '']);
  });

  test('tells texts apart that are the same in UTF-8', async () => {
    const texts = ['\ud800', '\ud801', '\ufffd'];
    const cached = await withEmbeddingCache(counting(), { path });
    await cached.embed(texts);
    expect(await cached.embed(texts)).toEqual(expected(texts));
  });

  test('goes on where it was interrupted, and reports progress to the end', async () => {
    const model = counting();
    const many = Array.from({ length: 2500 }, (_, k) => `text ${k}`);
    const interrupt = new AbortController();
    const faulty: EmbeddingModel = {
      ...model,
      async embed(texts, options) {
        if (model.asked.length >= 2000) throw new Error('away');
        return model.embed(texts, options);
      },
    };
    await expect(
      (await withEmbeddingCache(faulty, { path })).embed(many, { signal: interrupt.signal }),
    ).rejects.toThrow('away');
    const cached = await withEmbeddingCache(model, { path });
    expect(await cached.countMissing(many)).toBe(2500 - 2048);
    const seen: number[] = [];
    expect(await cached.embed(many, { onProgress: (done) => void seen.push(done) })).toEqual(expected(many));
    expect(seen[0]).toBe(2048);
    expect(seen.at(-1)).toBe(2500);
    expect(model.asked).toHaveLength(2500);
  });

  test('writes what a model reports before it is aborted or fails, and then asks for the rest in one call', async () => {
    const many = Array.from({ length: 2500 }, (_, k) => `text ${k}`);
    const calls: number[] = [];
    let stopAfter = 1300;
    const interrupt = new AbortController();
    const reporting: EmbeddingModel = {
      ...counting(),
      async embed(texts, { signal, onVectors } = {}) {
        calls.push(texts.length);
        // Out of order, as threads report.
        const starts = Array.from({ length: Math.ceil(texts.length / 20) }, (_, k) => 20 * k).reverse();
        for (const start of starts) {
          if (stopAfter === 0) interrupt.abort();
          signal?.throwIfAborted();
          stopAfter -= 20;
          onVectors?.(start, expected(texts.slice(start, start + 20)));
        }
        return expected(texts);
      },
    };
    const cached = await withEmbeddingCache(reporting, { path });
    await expect(cached.embed(many, { signal: interrupt.signal })).rejects.toThrow(/abort/i);
    // 1,024, then 16 and twelve times 20.
    expect(await cached.countMissing(many)).toBe(1220);
    stopAfter = 1e9;
    calls.length = 0;
    expect(await cached.embed(many)).toEqual(expected(many));
    expect(calls).toEqual([1024, 196]);
    expect(await cached.countMissing(many)).toBe(0);
    expect(await cached.embed(many)).toEqual(expected(many));
    expect(calls).toEqual([1024, 196]);
    const large = [...many, ...Array.from({ length: 5000 }, (_, k) => `another ${k}`)];
    expect(await cached.embed(large)).toEqual(expected(large));
    expect(calls).toEqual([1024, 196, 1024, 3976]);
  });

  test.each([
    ['too many numbers', (vectors: Float32Array) => Float32Array.of(...vectors, 1)],
    ['NaN', (vectors: Float32Array) => vectors.map(() => Number.NaN)],
  ])('does not store what a model reports that is no vector: %s', async (_, change) => {
    const reporting: EmbeddingModel = {
      ...counting(),
      async embed(texts, { onVectors } = {}) {
        onVectors?.(0, change(expected(texts)));
        throw new Error('away');
      },
    };
    const cached = await withEmbeddingCache(reporting, { path });
    await expect(cached.embed(TEXTS)).rejects.toThrow('away');
    expect(await cached.countMissing(TEXTS)).toBe(TEXTS.length);
  });

  test('appends, and writes a file anew whose last vector was written in part', async () => {
    const cached = await withEmbeddingCache(counting(), { path });
    await cached.embed(TEXTS.slice(0, 10));
    const { ino } = await stat(path);
    await cached.embed(TEXTS.slice(5, 20));
    expect((await stat(path)).ino).toBe(ino);
    const { size } = await stat(path);
    await truncate(path, size - 5);
    expect(await cached.countMissing(TEXTS.slice(0, 20))).toBe(1);
    expect(await cached.embed(TEXTS)).toEqual(expected(TEXTS));
    expect(await cached.countMissing(TEXTS)).toBe(0);
    expect((await stat(path)).size).toBe(size + 10 * ((size - (await headerLength())) / 20));
  });

  test('a file that cannot be used is reported once, and texts are embedded without it', async () => {
    // A file where the folder should be.
    await writeFile(join(folder, 'file'), '');
    const unusable = join(folder, 'file', 'cache.vectors');
    await expect((await withEmbeddingCache(counting(), { path: unusable })).embed(['a'])).rejects.toBeInstanceOf(
      EmbeddingCacheError,
    );
    const reported: Error[] = [];
    const model = counting();
    const cached = await withEmbeddingCache(model, { path: unusable, onUnusable: (error) => reported.push(error) });
    expect(await cached.countMissing(['a'])).toBe(1);
    expect(await cached.embed(['a', 'b', 'a'])).toEqual(expected(['a', 'b', 'a']));
    expect(await cached.embed(['a'])).toEqual(expected(['a']));
    expect(reported).toEqual([expect.any(EmbeddingCacheError)]);
    expect(model.asked).toEqual(['a', 'b', 'a']);
    const failing: EmbeddingModel = { ...model, embed: async () => Promise.reject(new Error('away')) };
    const other = await withEmbeddingCache(failing, { path: unusable, onUnusable: () => {} });
    await expect(other.embed(['a'])).rejects.toThrow('away');
  });

  test('by default is a file of the model in the cache folder', async () => {
    vi.stubEnv('IALP_CACHE', folder);
    const [one, other] = [await withEmbeddingCache(counting('one')), await withEmbeddingCache(counting('other'))];
    await one.embed(['a']);
    await other.embed(['a']);
    expect(one.path).not.toBe(other.path);
    expect(await readdir(join(folder, 'embeddings'))).toHaveLength(2);
    // In its own folder, a file that is not a cache is replaced.
    await writeFile(one.path, 'no cache');
    expect(await one.embed(['a'])).toEqual(expected(['a']));
    expect(await (await withEmbeddingCache(counting('one'))).countMissing(['a'])).toBe(0);
    vi.unstubAllEnvs();
  });

  test('refuses a file that is no cache, or of another model, and leaves it as it was', async () => {
    await writeFile(path, 'id,title\n1,Tea\n');
    const cached = await withEmbeddingCache(counting(), { path });
    await expect(cached.embed(['a'])).rejects.toThrow(/expected a cache of embeddings; found another file/);
    await expect(cached.embed(['a'])).rejects.toBeInstanceOf(EmbeddingCacheError);
    expect(await readFile(path, 'utf8')).toBe('id,title\n1,Tea\n');
    const own = await withEmbeddingCache(counting('m'), { path: join(folder, 'own') });
    await own.embed(['a']);
    const other = await withEmbeddingCache(counting('n'), { path: join(folder, 'own') });
    await expect(other.embed(['a'])).rejects.toThrow(/expected vectors of .*"n".*found ones of .*"m".* Name a file/);
    await expect((await withEmbeddingCache(counting(), { path: folder })).embed(['a'])).rejects.toThrow(
      /expected a file that can be read/,
    );
  });

  test('is no longer than maxBytes; the first vectors give way', async () => {
    const cached = await withEmbeddingCache(counting(), { path, maxBytes: 600 });
    await cached.embed(TEXTS);
    expect((await stat(path)).size).toBeLessThanOrEqual(600);
    expect(await cached.countMissing(TEXTS.slice(-3))).toBe(0);
    expect(await cached.countMissing(TEXTS)).toBeGreaterThan(0);
    expect(await cached.embed(TEXTS)).toEqual(expected(TEXTS));
    for (const maxBytes of [0, Number.NaN])
      await expect(withEmbeddingCache(counting(), { path, maxBytes })).rejects.toThrow(/maxBytes/);
  });

  test.each([
    ['too few numbers', async () => new Float32Array(2)],
    ['a number that is not finite', async () => Float32Array.of(1, Number.NaN, 2)],
    ['plain numbers', async () => [1, 2, 3] as unknown as Float32Array],
    ['nothing', async () => undefined as unknown as Float32Array],
  ])('does not keep what is no vector: %s', async (_, embed) => {
    const cached = await withEmbeddingCache(
      {
        specificationVersion: 'v1',
        name: 'm',
        dimension: 3,
        embed,
      },
      { path },
    );
    await expect(cached.embed(['a'])).rejects.toMatchObject({ name: 'LanguageModelError', kind: 'unusable reply' });
    expect(await (await withEmbeddingCache(counting(), { path })).countMissing(['a'])).toBe(1);
  });

  test('any damage is found: what is damaged is computed again or the file refused, and no wrong vector is given', async () => {
    const cached = await withEmbeddingCache(counting(), { path });
    await cached.embed(TEXTS);
    const whole = await readFile(path);
    const place = fc.nat(whole.length - 1);
    const damage = fc.oneof(
      fc.record({ at: place, bit: fc.nat(7) }).map(({ at, bit }) => (bytes: Buffer) => {
        bytes[at] ^= 1 << bit;
        return bytes;
      }),
      fc
        .record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }) })
        .map(({ at, bytes: other }) => (bytes: Buffer) => {
          bytes.set(other.subarray(0, bytes.length - at), at);
          return bytes;
        }),
      place.map((at) => (bytes: Buffer) => bytes.subarray(0, at)),
      fc.record({ from: place, to: place }).map(
        ({ from, to }) =>
          (bytes: Buffer) =>
            Buffer.from(bytes).fill(0, Math.min(from, to), Math.max(from, to)),
      ),
      fc.uint8Array({ minLength: 1, maxLength: 200 }).map((more) => (bytes: Buffer) => Buffer.concat([bytes, more])),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (apply) => {
        await writeFile(path, apply(Buffer.from(whole)));
        const found = await cached.embed(TEXTS).catch((error: unknown) => error);
        if (!EmbeddingCacheError.isInstance(found)) expect(found).toEqual(expected(TEXTS));
      }),
      { numRuns: 100 },
    );
  });

  test('two processes may write at once; what both find is right', async () => {
    const module = new URL('../../../dist/embedding-cache.js', import.meta.url).href;
    const script = (first: number): string => `
      const { withEmbeddingCache } = await import(${JSON.stringify(module)});
      const vectorOf = ${vectorOf.toString()};
      const model = { specificationVersion: 'v1', name: 'm', dimension: 3, embed: async (texts) => Float32Array.from(texts.flatMap(vectorOf)) };
      const cached = await withEmbeddingCache(model, { path: ${JSON.stringify(path)} });
      for (let k = 0; k < 40; k++) await cached.embed(['text ' + (${first} + k)]);`;
    const children = [0, 20].map((first) =>
      spawn(process.execPath, ['--input-type=module', '-e', script(first)], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    expect(await Promise.all(children.map(async (child) => (await once(child, 'close'))[0]))).toEqual([0, 0]);
    const model = counting();
    expect(await (await withEmbeddingCache(model, { path })).embed(TEXTS)).toEqual(expected(TEXTS));
    expect(model.asked.length).toBeLessThan(TEXTS.length);
    expect(await readdir(folder)).toEqual(['cache.vectors']);
  });
});
