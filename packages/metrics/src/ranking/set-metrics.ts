import { type ItemId, measureCall, type RelevantItems } from './by-ids.js';
import {
  type CutOff,
  type JudgedList,
  type Judgement,
  judgementOf,
  type RelevantTotal,
  relevantBetween,
  relevantFound,
  tieEnd,
  totalOf,
} from './relevance.js';

/**
 * 1 where the first `k` places hold a relevant item, else 0; with ties, the probability of it. An empty list has none.
 * @throws {InvalidOptionError}
 */
export function hitRate(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user to whom nothing is relevant. @throws {InvalidOptionError} */
export function hitRate(recommended: ArrayLike<ItemId>, relevant: RelevantItems, options?: CutOff): number | null;
export function hitRate(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | CutOff,
  third?: CutOff,
): number | null {
  const { list, options, grades } = measureCall(first, second, third, ['k']);
  const judgement = judgementOf(list, options.k);
  if (grades?.length === 0) return null;
  let hit = 0;
  firstRelevant(judgement, (_, probability) => {
    hit += probability;
  });
  return Math.min(1, hit);
}

/**
 * The share of the first `k` places that hold a relevant item. A list shorter than `k` is divided by `k` all the same, as in
 * `trec_eval`: places that were not filled were not filled well. 0 for an empty list.
 * @throws {InvalidOptionError}
 */
export function precision(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user to whom nothing is relevant. @throws {InvalidOptionError} */
export function precision(recommended: ArrayLike<ItemId>, relevant: RelevantItems, options?: CutOff): number | null;
export function precision(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | CutOff,
  third?: CutOff,
): number | null {
  const { list, options, grades } = measureCall(first, second, third, ['k']);
  const judgement = judgementOf(list, options.k);
  if (grades?.length === 0) return null;
  const places = options.k ?? judgement.relevance.length;
  return places === 0 ? 0 : relevantFound(judgement) / places;
}

/**
 * The share of all relevant items that the first `k` places hold; null if no item is relevant. Of a list without
 * `relevant` these are the relevant items of the list itself, so give a list of all items, or `relevant`.
 * @throws {InvalidOptionError}
 */
export function recall(list: JudgedList, options?: RelevantTotal): number | null;
/** The same by ids, over all of `relevant`; null for a user to whom nothing is relevant. @throws {InvalidOptionError} */
export function recall(recommended: ArrayLike<ItemId>, relevant: RelevantItems, options?: CutOff): number | null;
export function recall(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | RelevantTotal,
  third?: CutOff,
): number | null {
  const { list, options, grades } = measureCall<RelevantTotal>(first, second, third, ['k', 'relevant']);
  const judgement = judgementOf(list, options.k);
  const total = totalOf(judgement, grades?.length ?? options.relevant);
  return total === 0 ? null : relevantFound(judgement) / total;
}

/**
 * Average precision: the precision at the place of each relevant item among the first `k`, summed, over the number of all
 * relevant items (Buckley and Voorhees 2000, as in `trec_eval`). Its mean over lists is MAP. Null if no item is
 * relevant. Without `relevant` a list is taken to be of all items.
 * @throws {InvalidOptionError}
 */
export function averagePrecision(list: JudgedList, options?: RelevantTotal): number | null;
/** The same by ids, over all of `relevant`; null for a user to whom nothing is relevant. @throws {InvalidOptionError} */
export function averagePrecision(
  recommended: ArrayLike<ItemId>,
  relevant: RelevantItems,
  options?: CutOff,
): number | null;
export function averagePrecision(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | RelevantTotal,
  third?: CutOff,
): number | null {
  const { list, options, grades } = measureCall<RelevantTotal>(first, second, third, ['k', 'relevant']);
  const judgement = judgementOf(list, options.k);
  const { relevance, places } = judgement;
  const total = totalOf(judgement, grades?.length ?? options.relevant);
  if (total === 0) return null;
  let found = 0;
  let sum = 0;
  for (let start = 0, end = 0; start < places; start = end) {
    end = tieEnd(judgement, start);
    const relevant = relevantBetween(relevance, start, end);
    if (relevant === 0) continue;
    const size = end - start;
    // Of the others in the tie that are relevant, each is as likely to stand in any other place of it (McSherry and Najork 2008).
    const perPlace = size === 1 ? 0 : (relevant - 1) / (size - 1);
    for (let place = start; place < Math.min(end, places); place++) {
      sum += ((relevant / size) * (found + 1 + (place - start) * perPlace)) / (place + 1);
    }
    found += relevant;
  }
  return sum / total;
}

/**
 * One over the place of the first relevant item among the first `k`, 0 if none of them is relevant (Voorhees 1999). Its mean is MRR.
 * @throws {InvalidOptionError}
 */
export function reciprocalRank(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user to whom nothing is relevant. @throws {InvalidOptionError} */
export function reciprocalRank(
  recommended: ArrayLike<ItemId>,
  relevant: RelevantItems,
  options?: CutOff,
): number | null;
export function reciprocalRank(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | CutOff,
  third?: CutOff,
): number | null {
  const { list, options, grades } = measureCall(first, second, third, ['k']);
  const judgement = judgementOf(list, options.k);
  if (grades?.length === 0) return null;
  let sum = 0;
  firstRelevant(judgement, (place, probability) => {
    sum += probability / (place + 1);
  });
  return sum;
}

/** Tells for each counted place with what probability, over the orders of ties, the first relevant item stands there. */
function firstRelevant(judgement: Judgement, visit: (place: number, probability: number) => void): void {
  const { relevance, places } = judgement;
  for (let start = 0, end = 0; start < places; start = end) {
    end = tieEnd(judgement, start);
    const relevant = relevantBetween(relevance, start, end);
    if (relevant === 0) continue;
    let noneBefore = 1;
    for (let place = start; place < Math.min(end, places) && noneBefore > 0; place++) {
      const left = end - place;
      visit(place, (noneBefore * relevant) / left);
      noneBefore *= (left - relevant) / left;
    }
    return;
  }
}
