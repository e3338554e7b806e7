import { checkObject, checkOneOf, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import type { RankedList } from './relevance.js';

/** Options of `rankByScore`. */
export interface RankOptions {
  /**
   * Items with equal scores: `mean` averages every metric over all orders of the tied items, computed exactly (McSherry
   * and Najork 2008); `order` leaves them in the order of the input, which makes the metric of a scorer with ties
   * arbitrary. Default `mean`.
   */
  readonly ties?: 'order' | 'mean';
}

/**
 * Ranks items by their scores, highest first.
 * @returns the relevance at each rank with the ties, for the ranking metrics.
 * @throws {InvalidOptionError} if a score is NaN, or scores and relevances differ in number.
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
    // From the end: a rank with the score of the next one has its tie end.
    for (let place = order.length - 2; place >= 0; place--) {
      if (scores[order[place]] === scores[order[place + 1]]) tieEnds[place] = tieEnds[place + 1];
    }
  }
  return { relevance: Float64Array.from(order, (item) => relevance[item]), tieEnds };
}

/**
 * The area under the ROC curve: the probability that a relevant item scores higher than an irrelevant one; ties count
 * half (Hanley and McNeil 1982). Null if all or no items are relevant.
 * @throws {InvalidOptionError} if scores or relevances are invalid.
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
  checkList('scores', scores, 'an array of numbers');
  checkList('relevance', relevance, 'an array of numbers, one for each score');
  if (scores.length !== relevance.length) {
    throw new InvalidOptionError(
      'relevance',
      described(counted(relevance.length, 'value')),
      `${counted(scores.length, 'value')}, one for each score`,
    );
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
