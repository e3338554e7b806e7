/** What the user asked for cannot be done as asked; the message says what to write instead. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A result could not be written. */
export class OutputError extends Error {
  override name = 'OutputError';
}

/** Asked for with `--help`: the text to print. */
export class HelpRequested extends Error {
  override name = 'HelpRequested';
}
