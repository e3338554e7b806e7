import { LlmUserError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const REPLY_STORE_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.ReplyStoreError') as never;

/** Why a store could not be used. */
export type ReplyStoreFault = 'full' | 'damaged' | 'busy' | 'missing' | 'unusable' | 'closed';

/** A store of replies could not be opened, read or written. What was kept before is still there. */
export class ReplyStoreError extends LlmUserError {
  override name = 'ReplyStoreError';
  /** The store's file. */
  readonly path: string;
  readonly fault: ReplyStoreFault;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is ReplyStoreError {
    return hasMarker(value, REPLY_STORE_ERROR);
  }

  /** @internal */
  get [REPLY_STORE_ERROR](): true {
    return true;
  }

  constructor(path: string, fault: ReplyStoreFault, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
    this.fault = fault;
  }
}

/** What SQLite says, in words that say what to do. Errors that are no SQLite's are given back as they are. */
export function explainStoreError(path: string, error: unknown): unknown {
  if (error instanceof ReplyStoreError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  if (code.startsWith('SQLITE_FULL')) {
    const message =
      'the disk is full, or the store has reached maxBytes. What was kept is whole; make room and run again.';
    return new ReplyStoreError(path, 'full', message, options);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return damaged(path, error.message, options);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new ReplyStoreError(path, 'busy', 'another process holds the store; run again when it has ended.', options);
  }
  if (code.startsWith('SQLITE')) return new ReplyStoreError(path, 'unusable', `${error.message} (${code}).`, options);
  // What libsql throws of its own has an empty code; the system's begin with E.
  if ('code' in error && /^(?:E[A-Z]+)?$/.test(String(error.code))) {
    const message = `the store cannot be opened (${error.message}). Check the path, and whether its folder may be written to.`;
    return new ReplyStoreError(path, 'unusable', message, options);
  }
  return error;
}

/** A file that is no whole store. */
export function damaged(path: string, found: string, options?: ErrorOptions): ReplyStoreError {
  const message = `the store is damaged: ${found}. Rescue what can be read with: ialp-llm-user salvage ${path} new.db`;
  return new ReplyStoreError(path, 'damaged', message, options);
}
