/** A token that may come next, and its probability. */
export interface NextToken {
  readonly text: string;
  readonly probability: number;
}

/**
 * The probability that a reply begins with each of some words, from what may come next: the sum over the tokens that are the
 * word, whatever their case and the spaces around them, or that begin it and no other of the words.
 */
export function choiceProbabilities(choices: readonly string[], next: Iterable<NextToken>): number[] {
  const words = choices.map((choice) => choice.toLowerCase());
  const sums = choices.map(() => 0);
  for (const { text, probability } of next) {
    const start = text.trim().toLowerCase();
    if (start === '') continue;
    const exact = words.indexOf(start);
    const begun = words.filter((word) => word.startsWith(start));
    if (exact !== -1) sums[exact] += probability;
    else if (begun.length === 1) sums[words.indexOf(begun[0])] += probability;
  }
  // Rounding of many small numbers may lead a hair beyond 1.
  return sums.map((sum) => Math.min(1, sum));
}
