import { checkObject, checkOneOf, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import type { RankedList } from './relevance.js';

/** Options of `rankByScore`. */
export interface RankOptions {
  /**
   * Of items with the same score: `mean`, every measure of the list is its mean over all orders of them, worked out exactly
   * (McSherry and Najork 2008); or `order`, they stay as they stand, so that a scorer with ties is judged by an accident.
   * Default `mean`.
   */
  readonly ties?: 'order' | 'mean';
}

/**
 * Ranks items by their scores, the highest first, and gives the relevance in each place with the ties: what the measures
 * take.
 * @throws {InvalidOptionError} where a score is NaN, or there is not one relevance for each score.
 */
export function rankByScore(
  scores: ArrayLike<number>,
  relevance: ArrayLike<number>,
  options: RankOptions = {},
): RankedList {
  checkObject('options', options, 'an object with ties');
  const { ties = 'mean' } = options;
  checkOneOf('ties', ties, ['order', 'mean']);
  checkPairs(scores, relevance);
  const order = Array.from({ length: scores.length }, (_, item) => item).sort((a, b) => scores[b] - scores[a] || a - b);
  const tieEnds = Int32Array.from(order, (_, place) => place + 1);
  if (ties === 'mean') {
    // From the end: a place of the same score as the next one has its end.
    for (let place = order.length - 2; place >= 0; place--) {
      if (scores[order[place]] === scores[order[place + 1]]) tieEnds[place] = tieEnds[place + 1];
    }
  }
  return { relevance: Float64Array.from(order, (item) => relevance[item]), tieEnds };
}

/**
 * The area under the ROC curve: the chance that a relevant item has a higher score than one that is not, ties half (Hanley
 * and McNeil 1982). Null where there are not both kinds.
 * @throws {InvalidOptionError}
 */
export function rocAuc(scores: ArrayLike<number>, relevance: ArrayLike<number>): number | null {
  checkPairs(scores, relevance);
  const order = Array.from({ length: scores.length }, (_, item) => item).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let relevant = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    // Tied items share the mean of their ranks.
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

function checkPairs(scores: ArrayLike<number>, relevance: ArrayLike<number>): void {
  checkList('scores', scores, 'a list of numbers');
  checkList('relevance', relevance, 'a list of numbers, one for each score');
  if (scores.length !== relevance.length) {
    throw new InvalidOptionError('relevance', `${relevance.length} values`, `${scores.length}, one for each score`);
  }
  for (let item = 0; item < scores.length; item++) {
    if (typeof scores[item] !== 'number' || Number.isNaN(scores[item])) {
      throw new InvalidOptionError(`scores[${item}]`, scores[item], 'a number');
    }
    if (!(Number.isFinite(relevance[item]) && relevance[item] >= 0)) {
      throw new InvalidOptionError(`relevance[${item}]`, relevance[item], 'a finite number of at least 0');
    }
  }
}
