import { constants } from 'node:fs';
import { access, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileOptions, faultOf } from './file-fault.js';

/**
 * Checks that a file can be written at a path, before the work whose results it is to hold. The file may exist already. Leaves
 * everything as it was.
 * @throws {FileError} if the path names a folder, its folder does not exist, or either may not be written.
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
    // Permissions do not tell everything: a file system may be read-only.
    await rmdir(await mkdtemp(join(folder, '.ialp-')));
  } catch (cause) {
    throw refuse(`a folder ${folder} that cannot be written${codeIn(cause)}`, 'Name a file elsewhere.', cause);
  }
}

function codeIn(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
}
