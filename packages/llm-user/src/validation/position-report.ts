/** Effect of the order of candidates. */
export interface PositionReport {
  readonly questions: number;
  /** Share of candidates with the same answer (on the same side of 0.5) in both orders. */
  readonly agreement: number;
  /**
   * Agreement expected by chance of a source with the same shares of yes, `p` and `q`, in the two orders: `p q + (1 - p) (1 - q)`. A
   * source that always says yes has full agreement, which is no more than chance.
   */
  readonly chanceAgreement: number;
  /** Position bias: mean probability of a candidate in the first half of the list minus that of the same candidate in the second half. */
  readonly firstHalfBonus: number;
}

/** Answers by question; `undefined` for a question without an answer. */
export type Answers = readonly (readonly number[] | undefined)[];

/**
 * Compares the answers to the same questions in their original and in reversed order.
 * @param original answers with the candidates in order.
 * @param reversed answers to the reversed questions, put back into the original order.
 * @returns null if no question was answered both times.
 */
export function comparePositions(original: Answers, reversed: Answers): PositionReport | null {
  let [questions, candidates, same, yes, yesReversed] = [0, 0, 0, 0, 0];
  let [bonus, moved] = [0, 0];
  for (const [k, first] of original.entries()) {
    const second = reversed[k];
    if (first === undefined || second === undefined) continue;
    questions++;
    for (const [place, probability] of first.entries()) {
      candidates++;
      if (probability > 0.5 === second[place] > 0.5) same++;
      if (probability > 0.5) yes++;
      if (second[place] > 0.5) yesReversed++;
      // The candidate in the middle stays where it is.
      const middle = (first.length - 1) / 2;
      if (place === middle) continue;
      moved++;
      bonus += place < middle ? probability - second[place] : second[place] - probability;
    }
  }
  if (questions === 0) return null;
  const [p, q] = [yes / candidates, yesReversed / candidates];
  return {
    questions,
    agreement: same / candidates,
    chanceAgreement: p * q + (1 - p) * (1 - q),
    firstHalfBonus: moved === 0 ? 0 : bonus / moved,
  };
}
