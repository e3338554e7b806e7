/**
 * Why one attempt at an address failed. It does not leave this folder: the reasons are collected in a `DownloadError`. Errors
 * of other kinds end the download.
 */
export class AttemptError extends Error {
  override name = 'AttemptError';
  /** Whether the same address may succeed later. */
  readonly isTransient: boolean;
  /** The delay that the server asks for, in milliseconds. */
  readonly delayMs?: number;

  constructor(
    reason: string,
    options: { readonly isTransient?: boolean; readonly delayMs?: number; readonly cause?: unknown } = {},
  ) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.isTransient = options.isTransient ?? false;
    if (options.delayMs !== undefined) this.delayMs = options.delayMs;
  }
}
