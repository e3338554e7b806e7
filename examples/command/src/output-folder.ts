import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { OutputError } from './errors.js';

/**
 * Makes the output folder, before anything is computed that it is to hold.
 * @throws {OutputError}
 */
export async function prepareOutput(folder: string): Promise<void> {
  try {
    await makeFolder(resolve(folder));
    if (!(await stat(folder)).isDirectory()) throw new OutputError(`--out ${folder}: expected a folder; found a file.`);
    await access(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw new OutputError(
      `--out ${folder}: cannot write there (${codeOf(error)}). Name a folder that you may write to.`,
      { cause: error },
    );
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

/** Writes a file that is there whole or not at all. @throws {OutputError} */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new OutputError(`${path}: cannot be written (${codeOf(error)}).`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
