/**
 * Why one try at an address failed. It does not leave this folder: the reasons are collected in a `DownloadError`. An
 * error of another kind is no address's fault, and ends the download.
 */
export class AttemptError extends Error {
  override name = 'AttemptError';
  /** Whether the same address may do better in a moment. */
  readonly again: boolean;
  /** How long the server asks to wait, in seconds. */
  readonly wait?: number;

  constructor(reason: string, options: { readonly again?: boolean; readonly wait?: number; readonly cause?: unknown }) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.again = options.again ?? false;
    if (options.wait !== undefined) this.wait = options.wait;
  }
}
