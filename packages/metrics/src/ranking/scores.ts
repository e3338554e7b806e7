import { InvalidOptionError } from '../errors.js';

/** Options of `rankByScore`. */
export interface RankOptions {
  /**
   * Of items with the same score: `order`, they stay as they stand, so that a policy with ties is judged by an accident; or
   * `mean`, each place of them gets their mean relevance, which gives the mean over all their orders for precision, recall and
   * DCG with linear gain (McSherry and Najork 2008). Default `mean`.
   */
  readonly ties?: 'order' | 'mean';
}

/**
 * Ranks items by their scores, the highest first, and gives the relevance in each place.
 * @throws {InvalidOptionError} where a score is NaN, or there is not one relevance for each score.
 */
export function rankByScore(
  scores: ArrayLike<number>,
  relevance: ArrayLike<number>,
  { ties = 'mean' }: RankOptions = {},
): Float64Array {
  requirePairs(scores, relevance);
  const order = Array.from({ length: scores.length }, (_, item) => item).sort((a, b) => scores[b] - scores[a] || a - b);
  const ranked = Float64Array.from(order, (item) => relevance[item]);
  if (ties === 'order') return ranked;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    if (end - start > 1) {
      let sum = 0;
      for (let place = start; place < end; place++) sum += ranked[place];
      ranked.fill(sum / (end - start), start, end);
    }
    start = end;
  }
  return ranked;
}

/**
 * The area under the ROC curve: the chance that a relevant item has a higher score than one that is not, ties half (Hanley
 * and McNeil 1982). Null where there are not both kinds.
 * @throws {InvalidOptionError}
 */
export function rocAuc(scores: ArrayLike<number>, relevance: ArrayLike<number>): number | null {
  requirePairs(scores, relevance);
  const order = Array.from({ length: scores.length }, (_, item) => item).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let relevant = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    // Items that are alike share the mean of their ranks.
    const rank = (start + 1 + end) / 2;
    for (let place = start; place < end; place++) {
      if (!(relevance[order[place]] > 0)) continue;
      rankSum += rank;
      relevant++;
    }
    start = end;
  }
  const others = scores.length - relevant;
  return relevant === 0 || others === 0 ? null : (rankSum - (relevant * (relevant + 1)) / 2) / (relevant * others);
}

function requirePairs(scores: ArrayLike<number>, relevance: ArrayLike<number>): void {
  if (scores.length !== relevance.length) {
    throw new InvalidOptionError('relevance', `${relevance.length} values`, `${scores.length}, one for each score`);
  }
  for (let item = 0; item < scores.length; item++) {
    if (Number.isNaN(scores[item])) throw new InvalidOptionError(`scores[${item}]`, Number.NaN, 'a number');
    if (!(relevance[item] >= 0)) throw new InvalidOptionError(`relevance[${item}]`, relevance[item], 'at least 0');
  }
}
