import { EventLogError, ModelStoreError } from '../errors.js';

/** What a system error means, and what to do. */
const MEANINGS: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ENOSPC: ['no space is left on the disk', 'Free space, or drop old events'],
  EDQUOT: ['the disk quota is used up', 'Free space, or raise the quota'],
  EFBIG: [
    'the file would exceed the size that the process may write',
    'Raise the limit (ulimit -f), or lower segmentBytes',
  ],
  EROFS: ['the file system is read-only', 'Mount it for writing'],
  EACCES: ['the process has no permission', 'Change the owner or the permissions of the folder'],
  EPERM: ['the operation is not permitted', 'Check the permissions; the file system must have hard links'],
  ENOENT: ['it does not exist', 'Restore the folder; if it was deleted on purpose, restart the process'],
  ENOTDIR: ['a file is where a folder is expected', 'Choose another folder'],
  EMFILE: ['the process has too many open files', 'Raise the limit (ulimit -n)'],
  EIO: ['the disk has failed to read or write', 'Check the disk'],
};

/** The code of a system error, such as `ENOSPC`; an empty text for other errors. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** Says what an operation on a file has failed with, and what to do. Errors that have been explained already are returned as they are. */
export function eventLogError(doing: string, path: string, error: unknown): EventLogError {
  return EventLogError.isInstance(error) ? error : new EventLogError(explain(doing, path, error), { cause: error });
}

/** The same for the model store. */
export function modelStoreError(doing: string, path: string, error: unknown): ModelStoreError {
  return ModelStoreError.isInstance(error) ? error : new ModelStoreError(explain(doing, path, error), { cause: error });
}

function explain(doing: string, path: string, error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const [found, remedy] = MEANINGS[code] ?? [message, 'Check the disk and the folder'];
  return `Cannot ${doing} ${path}: ${found}${code === '' ? '' : ` (${code})`}. ${remedy}.`;
}
