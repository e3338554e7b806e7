/** Output functions of a command. */
export interface CommandOutput {
  /** Writes results, to standard output. */
  readonly print: (text: string) => void;
  /** Writes everything else, to standard error. */
  readonly say: (text: string) => void;
}

/** The command line is invalid; the message says what was expected. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * Parses an option as a number between two ends, exclusive unless `isClosed`.
 * @throws {UsageError} if it is not such a number.
 */
export function numberOption(
  name: string,
  text: string,
  [least, greatest]: readonly [number, number],
  isClosed = false,
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isClosed ? value >= least && value <= greatest : value > least && value < greatest) return value;
  const range = greatest === Number.POSITIVE_INFINITY ? `above ${least}` : `between ${least} and ${greatest}`;
  throw new UsageError(`--${name}: expected a number ${range}; found ${JSON.stringify(text)}.`);
}

/** Parses an option as one of several words. @throws {UsageError} if it is not one of them. */
export function wordOption<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new UsageError(`--${name}: expected one of ${words.join(', ')}; found ${JSON.stringify(text)}.`);
}
