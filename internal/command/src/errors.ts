/** The command line is invalid; the message says what to write instead. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A result could not be written. */
export class OutputError extends Error {
  override name = 'OutputError';
}

/** Thrown for `--help`; the message is the text to print. */
export class HelpRequested extends Error {
  override name = 'HelpRequested';
}
