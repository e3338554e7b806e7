/** Where a command writes to. */
export interface CommandOutput {
  /** Results. */
  readonly print: (text: string) => void;
  /** Everything else. */
  readonly say: (text: string) => void;
}

/** The command line asks for what there is not; the message says what there is. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** An option that has to be a number between two ends, which are left out unless `isClosed`. @throws {UsageError} */
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

/** An option that has to be one of several words. @throws {UsageError} */
export function wordOption<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new UsageError(`--${name}: expected one of ${words.join(', ')}; found ${JSON.stringify(text)}.`);
}
