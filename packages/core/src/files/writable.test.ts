import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileError } from '../errors/file-error.js';
import { checkWritableFile } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'core-writable-'));
  await mkdir(join(folder, 'inner'));
  await writeFile(join(folder, 'there'), 'text');
});
afterAll(() => rm(folder, { recursive: true }));

test('a new file and one that exists pass, and nothing changes', async () => {
  await checkWritableFile(join(folder, 'new'));
  await checkWritableFile(join(folder, 'there'));
  await checkWritableFile('/dev/null');
  expect(await readdir(folder)).toEqual(['inner', 'there']);
});

test.each([
  ['inner', /expected a file that can be written; found a folder\. Name a file in it\./],
  ['none/new', /found no folder .*none\. Create the folder, or name a file elsewhere\./],
  ['there/new', /found a file at .*there, where its folder should be\. Name a file elsewhere\./],
])('%s is refused with what to do', async (name, message) => {
  const error = await checkWritableFile(join(folder, name)).catch((thrown: unknown) => thrown);
  expect(FileError.isInstance(error)).toBe(true);
  expect((error as FileError).message).toMatch(message);
});

test('a folder in which nothing can be made is refused', async () => {
  const error = await checkWritableFile('/proc/new').catch((thrown: unknown) => thrown);
  expect((error as FileError).message).toMatch(/found a folder \/proc that cannot be written \(\w+\)/);
});
