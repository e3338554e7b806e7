import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { reportOf } from './report.js';
import type { Results } from './results.js';

/** The output folder cannot be written to. */
export class OutputError extends Error {
  override name = 'OutputError';
}

/**
 * Makes the output folder, before anything is computed that it is to hold.
 * @throws {OutputError}
 */
export async function prepareOutput(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown error';
    throw new OutputError(`--out ${folder}: cannot write there (${code}). Name a folder that you may write to.`);
  }
}

/** Makes a folder and those above it. Node's own `recursive` never returns where a file system refuses, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** Writes `results.json` and `report.html`; each is there whole or not at all. */
export async function writeOutput(folder: string, results: Results): Promise<{ json: string; html: string }> {
  const files = { json: join(folder, 'results.json'), html: join(folder, 'report.html') };
  await writeFileAtomic(files.json, `${JSON.stringify(results, null, 2)}\n`);
  await writeFileAtomic(files.html, await reportOf(results));
  return files;
}
