import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { OutputError, UsageError } from './errors.js';

/**
 * Checks that files can be written in a folder, which need not exist yet. Leaves everything as it was.
 * @param flag Names the folder in messages.
 * @throws {UsageError} which says what stands in the way.
 */
export async function checkOutput(folder: string, flag = '--out'): Promise<void> {
  const refuse = (why: string): UsageError =>
    new UsageError(`${flag} ${folder}: ${why}. Name a folder that you may write to.`);
  const existing = await nearestEntry(resolve(folder));
  if (!(await stat(existing)).isDirectory()) throw refuse(`${existing} is a file, not a folder`);
  try {
    // Permissions do not tell everything: a file system may be read-only.
    await rmdir(await mkdtemp(join(existing, '.ialp-')));
  } catch (error) {
    throw refuse(`cannot write there (${codeOf(error)})`);
  }
}

/**
 * Makes the output folder, before anything is computed that it is to hold.
 * @throws {UsageError} if it cannot be made or written.
 */
export async function prepareOutput(folder: string): Promise<void> {
  await checkOutput(folder);
  try {
    await makeFolder(resolve(folder));
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: cannot write there (${codeOf(error)}). Name a folder that you may write to.`,
    );
  }
}

/** The path, or the nearest above it at which something exists. */
async function nearestEntry(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestEntry(dirname(path));
}

/** Makes a folder and those above it. Node's own `recursive` never returns where a file system refuses, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/**
 * Writes a file that is there whole or not at all.
 * @throws {OutputError} if it cannot be written.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new OutputError(
      `${path}: cannot be written (${codeOf(error)}). Is the disk full, or was the folder removed?`,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
