import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeEmbeddings, openEncoder } from './embeddings.js';

const TEXTS = ['A comedy about a wedding', 'Life in the deep sea', 'A comedy about a wedding'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-command-'));
  vi.stubEnv('IALP_CACHE', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const bytesOf = async (file: string | undefined): Promise<Uint8Array> => {
  const said: string[] = [];
  const vectors = await (await openEncoder(file, (line) => void said.push(line))).embed(TEXTS);
  expect(said).toEqual([]);
  return new Uint8Array(vectors.buffer);
};

test('vectors are the same to the last bit without a file, computed, and read from one', async () => {
  const without = await bytesOf('none');
  expect(await readdir(folder)).toEqual([]);
  for (const file of [undefined, join(folder, 'named.vectors')]) {
    expect(await describeEmbeddings(file, TEXTS)).toMatch(/: 2 distinct texts, 0 stored in .*, 2 to compute$/);
    expect(await bytesOf(file)).toEqual(without);
    expect(await describeEmbeddings(file, [...TEXTS, 'x'])).toMatch(/: 3 distinct texts, 2 stored .*, 1 to compute$/);
    expect(await bytesOf(file)).toEqual(without);
  }
  expect(await readdir(join(folder, 'cache', 'embeddings'))).toHaveLength(1);
  expect(await describeEmbeddings('none', TEXTS)).toBe('Embeddings: 2 distinct texts, 2 to compute, without a store');
});

test('a named file that is no store is refused; a default one that cannot be used is said, and done without', async () => {
  const named = join(folder, 'items.csv');
  await writeFile(named, 'id,title\n');
  await expect(describeEmbeddings(named, TEXTS)).rejects.toThrow(/items\.csv: expected a cache of embeddings/);
  await expect((await openEncoder(named, () => {})).embed(TEXTS)).rejects.toThrow(/items\.csv: expected a cache/);
  vi.stubEnv('IALP_CACHE', named);
  expect(await describeEmbeddings(undefined, TEXTS)).toMatch(/2 to compute, without a store: .*items\.csv/);
  const said: string[] = [];
  const vectors = await (await openEncoder(undefined, (line) => void said.push(line))).embed(TEXTS);
  expect(vectors.length).toBe(3 * 512);
  expect(said).toEqual([expect.stringMatching(/^Embeddings are not stored: .*items\.csv/)]);
});
