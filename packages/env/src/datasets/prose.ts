/** A phrase with its indefinite article: `an action film`, `a drama`. The first letter decides. */
export function withArticle(phrase: string): string {
  return /^[aeiou]/i.test(phrase) ? `an ${phrase}` : `a ${phrase}`;
}

/** Words as a list in a sentence: `drama`, `drama and war`, `drama, romance and war`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
