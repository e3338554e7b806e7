import { WeightsFileError } from '../weights/weights-file-error.js';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'Correct the path, or make its folder first.',
  ENOTDIR: 'Correct the path: a part of it that should be a folder is a file.',
  EISDIR: 'Give the path of a file, not of a folder.',
  EACCES: 'Give this user the permission, or choose another place.',
  EPERM: 'Give this user the permission, or choose another place.',
  EROFS: 'Choose a place that can be written to.',
  ENOSPC: 'Free space on the disk.',
};

/** Wraps an error of the file system. */
export function systemError(file: string, expected: string, cause: NodeJS.ErrnoException): WeightsFileError {
  // Without the system call and its paths, which may be a temporary file's; the cause has them.
  const found = cause.message.split(',')[0];
  const remedy = REMEDIES[cause.code ?? ''] ?? 'See the error that caused this one.';
  return new WeightsFileError({ file, problem: 'system', found, expected, remedy }, { cause });
}
