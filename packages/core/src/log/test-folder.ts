import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Files in a temporary folder that is removed after the tests of a file. For tests. */
export interface TestFolder {
  path(name?: string): string;
  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** Creates a temporary folder before the tests of a file. */
export function createTestFolder(): TestFolder {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'core-log-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    path: (name = '.') => join(folder, name),
    async write(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
  };
}
