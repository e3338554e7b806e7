import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkOutput, OutputError, prepareOutput, UsageError, writeAtomically } from './index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a check makes nothing, a preparation makes the folder', async () => {
  await checkOutput(join(folder, 'a', 'b'));
  expect(await readdir(folder)).toEqual([]);
  await prepareOutput(join(folder, 'a', 'b'));
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
  await prepareOutput(join(folder, 'a', 'b'));
});

test.each([checkOutput, prepareOutput])(
  '%o refuses a file, and what cannot be written, as wrong usage',
  async (act) => {
    const file = join(folder, 'file');
    await writeFile(file, 'text');
    for (const path of [file, join(file, 'below')]) {
      const refused = expect(act(path)).rejects;
      await refused.toBeInstanceOf(UsageError);
      await expect(act(path)).rejects.toThrow(
        /^--out .*file.*: .*file is a file, not a folder\. Use a folder that you/,
      );
    }
    await expect(act('/proc/nowhere')).rejects.toThrow(/^--out \/proc\/nowhere: cannot write there \(\w+\)/);
  },
);

test('a file that cannot be written is said in words', async () => {
  const written = writeAtomically(join(folder, 'gone', 'results.json'), '{}');
  await expect(written).rejects.toBeInstanceOf(OutputError);
});
