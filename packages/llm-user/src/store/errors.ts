import { type ErrorRecognizer, FileError, type FileFault, recognizerOf } from '@ialp/core';

/** Why a store could not be used. */
export type ReplyStoreFault = 'full' | 'damaged' | 'busy' | 'missing' | 'unusable' | 'closed';

/** A store of replies could not be opened, read or written. Replies stored before are still there. */
export class ReplyStoreError extends FileError {
  static override readonly isInstance: ErrorRecognizer<ReplyStoreError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.reply-store',
  );
  override name = 'ReplyStoreError';
  readonly fault: ReplyStoreFault;

  /** @param file path of the store. */
  constructor(
    file: string,
    fault: ReplyStoreFault,
    { remedy = '', ...rest }: Pick<FileFault, 'expected' | 'found'> & Partial<Pick<FileFault, 'remedy'>>,
    options?: ErrorOptions,
  ) {
    super({ file, remedy, ...rest }, options);
    this.fault = fault;
  }
}

/** Turns an error of SQLite into a `ReplyStoreError` that says what to do. Other errors are returned unchanged. */
export function explainStoreError(path: string, error: unknown): unknown {
  if (error instanceof ReplyStoreError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  if (code.startsWith('SQLITE_FULL')) {
    return new ReplyStoreError(
      path,
      'full',
      {
        expected: 'room for the reply',
        found: 'a full disk, or a store of maxBytes',
        remedy: 'Stored replies are intact; make room and run again.',
      },
      options,
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return damaged(path, error.message, options);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new ReplyStoreError(
      path,
      'busy',
      {
        expected: 'a store that no other process has locked',
        found: 'a locked one',
        remedy: 'Run again when that process has ended.',
      },
      options,
    );
  }
  if (code.startsWith('SQLITE')) {
    const fault = { expected: 'a store that SQLite can read and write', found: `${error.message} (${code})` };
    return new ReplyStoreError(path, 'unusable', fault, options);
  }
  // What libsql throws of its own has an empty code; the system's begin with E.
  if ('code' in error && /^(?:E[A-Z]+)?$/.test(String(error.code))) {
    return new ReplyStoreError(
      path,
      'unusable',
      {
        expected: 'a store that can be opened',
        found: error.message,
        remedy: 'Check the path, and whether its folder may be written to.',
      },
      options,
    );
  }
  return error;
}

/** The error for a damaged store. */
export function damaged(path: string, found: string, options?: ErrorOptions): ReplyStoreError {
  const remedy = `Rescue what can be read with: ialp-llm-user salvage ${path} new.db`;
  return new ReplyStoreError(path, 'damaged', { expected: 'a whole store', found, remedy }, options);
}
