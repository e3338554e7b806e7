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
 * Hit rate: 1 if one of the first `k` items is relevant, otherwise 0; with ties, the probability of 1. 0 for an empty
 * list.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function hitRate(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user without relevant items. @throws {InvalidOptionError} if an id or option is invalid. */
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
 * Precision: the share of relevant items among the first `k`. A list shorter than `k` is still divided by `k`, as in
 * `trec_eval`: unfilled ranks count as misses. 0 for an empty list.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function precision(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user without relevant items. @throws {InvalidOptionError} if an id or option is invalid. */
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
 * Recall: the share of all relevant items that are among the first `k`; null if no item is relevant. Without `relevant`
 * the list must contain all items.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function recall(list: JudgedList, options?: RelevantTotal): number | null;
/** The same by ids, over all of `relevant`; null for a user without relevant items. @throws {InvalidOptionError} if an id or option is invalid. */
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
 * Average precision: the sum of the precisions at the ranks of the relevant items among the first `k`, divided by the
 * number of all relevant items (Buckley and Voorhees 2000, as in `trec_eval`). Its mean over lists is MAP. Null if no
 * item is relevant. Without `relevant` the list must contain all items.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function averagePrecision(list: JudgedList, options?: RelevantTotal): number | null;
/** The same by ids, over all of `relevant`; null for a user without relevant items. @throws {InvalidOptionError} if an id or option is invalid. */
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
    // Each other relevant item of the tie is equally likely at every other rank of it (McSherry and Najork 2008).
    const perPlace = size === 1 ? 0 : (relevant - 1) / (size - 1);
    for (let place = start; place < Math.min(end, places); place++) {
      sum += ((relevant / size) * (found + 1 + (place - start) * perPlace)) / (place + 1);
    }
    found += relevant;
  }
  return sum / total;
}

/**
 * Reciprocal rank: 1 divided by the rank of the first relevant item among the first `k`, 0 if none of them is relevant
 * (Voorhees 1999). Its mean over lists is MRR.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function reciprocalRank(list: JudgedList, options?: CutOff): number;
/** The same by ids; null for a user without relevant items. @throws {InvalidOptionError} if an id or option is invalid. */
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

/**
 * Calls `visit` for each rank up to the cut-off with the probability, over the orders of ties, that the first relevant
 * item is there.
 */
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
