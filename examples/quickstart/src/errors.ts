/** What the user asked for cannot be done as asked; the message says what to write instead. Exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The language model gave nothing to learn from. */
export class LanguageModelFailure extends Error {
  override name = 'LanguageModelFailure';
}
