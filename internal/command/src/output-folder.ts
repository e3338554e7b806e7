import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { OutputError, UsageError } from './errors.js';

/**
 * Checks that files can be written in a folder, which need not exist yet. Changes nothing.
 * @param flag the flag with the folder, for messages.
 * @throws {UsageError} that says why not.
 */
export async function checkOutput(folder: string, flag = '--out'): Promise<void> {
  const refuse = (why: string): UsageError =>
    new UsageError(`${flag} ${folder}: ${why}. Use a folder that you may write to.`);
  const existing = await nearestEntry(resolve(folder));
  if (!(await stat(existing)).isDirectory()) throw refuse(`${existing} is a file, not a folder`);
  try {
    // Permissions are not sufficient: a file system may be read-only.
    await rmdir(await mkdtemp(join(existing, '.ialp-')));
  } catch (error) {
    throw refuse(`cannot write there (${codeOf(error)})`);
  }
}

/**
 * Creates the output folder, before any results are computed.
 * @throws {UsageError} if it cannot be created or written.
 */
export async function prepareOutput(folder: string): Promise<void> {
  await checkOutput(folder);
  try {
    await makeFolder(resolve(folder));
  } catch (error) {
    throw new UsageError(`--out ${folder}: cannot write there (${codeOf(error)}). Use a folder that you may write to.`);
  }
}

/** The path, or its nearest existing parent. */
async function nearestEntry(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestEntry(dirname(path));
}

/** Creates a folder and its parents. Node's own `recursive` never returns if a file system fails, as /proc does. */
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

/** Writes a file atomically. @throws {OutputError} if it cannot be written. */
export async function writeAtomically(path: string, text: string): Promise<void> {
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
