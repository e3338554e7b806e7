import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, makeFolderSync } from './index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ialp-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path: string) => makeFolderSync(path)],
])('%s', (_, make) => {
  test('makes a folder and those above it, and takes one that is there', async () => {
    const folder = join(root, 'a', 'b', 'c');
    await make(folder);
    await make(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  // On Linux, as any user, nothing can be made there; mkdir with `recursive` does not return.
  test.skipIf(!existsSync('/proc/self'))('ends with an error where the file system refuses', async () => {
    await expect(make('/proc/ialp/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
