/** A mistake in the command line. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What a command is given beside its options. */
export interface CommandContext {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Writes results. */
  print(text: string): void;
  /** Writes everything else. */
  say(text: string): void;
}
