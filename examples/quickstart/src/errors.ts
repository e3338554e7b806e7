/** The language model gave nothing to learn from. */
export class LanguageModelFailure extends Error {
  override name = 'LanguageModelFailure';
}
