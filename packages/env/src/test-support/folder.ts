import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Writes files by path into a new temporary folder, which is removed after the test. Strings are in UTF-8. */
export async function writeFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-env-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** The folder of a published data set. The repository has none, because their terms forbid it. */
export function realData(name: string): string {
  return join(process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url)), name);
}
