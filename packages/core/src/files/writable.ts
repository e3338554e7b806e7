import { constants } from 'node:fs';
import { access, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileOptions, faultOf } from './file-fault.js';

/**
 * Checks that a file can be written, before the computation of its contents. The file may exist; nothing is changed.
 * @throws {FileError} if the path is a folder, its folder does not exist, or either is not writable.
 */
export async function checkWritableFile(path: string, options: FileOptions = {}): Promise<void> {
  const refuse = (found: string, remedy: string, cause?: unknown): Error =>
    faultOf(path, { expected: 'a file that can be written', found, remedy }, options, { cause });
  const entry = await stat(path).catch(() => undefined);
  if (entry?.isDirectory()) throw refuse('a folder', 'Name a file in it.');
  if (entry !== undefined) {
    await access(path, constants.W_OK).catch((cause: unknown) => {
      throw refuse(
        `a file that may not be written${codeIn(cause)}`,
        'Name another file, or allow this user to write it.',
      );
    });
    // A device or a pipe is written in place.
    if (!entry.isFile()) return;
  }
  const folder = dirname(path);
  const above = await stat(folder).catch(() => undefined);
  if (above === undefined) throw refuse(`no folder ${folder}`, 'Create the folder, or name a file elsewhere.');
  if (!above.isDirectory()) throw refuse(`a file at ${folder}, where its folder should be`, 'Name a file elsewhere.');
  try {
    // Permissions are not sufficient: a file system may be read-only.
    await rmdir(await mkdtemp(join(folder, '.ialp-')));
  } catch (cause) {
    throw refuse(`a folder ${folder} that cannot be written${codeIn(cause)}`, 'Name a file elsewhere.', cause);
  }
}

function codeIn(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
}
