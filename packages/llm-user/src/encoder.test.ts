import { beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddingModel } from './embedding-model.js';
import { loadEncoder } from './encoder.js';
import { embeddingModelChecks } from './testing.js';

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

  test('gives the same vector every time, and to within rounding whatever stands beside the text', async () => {
    const together = await encoder.embed([
      ...TEXTS,
      ...TEXTS.map((text) => text.repeat(2)),
      ...new Array(20).fill('x'),
    ]);
    const alone = await encoder.embed([TEXTS[1]]);
    expect(await encoder.embed([TEXTS[1]])).toEqual(alone);
    for (const [k, value] of alone.entries())
      expect(Math.abs(together[encoder.dimension + k] - value)).toBeLessThan(1e-6);
  });

  test('has a vector for an empty text, a long one, and one in another script', async () => {
    const vectors = await encoder.embed(['', 'word '.repeat(2000), '映画']);
    expect([...vectors].every(Number.isFinite)).toBe(true);
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
