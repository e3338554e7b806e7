import { type CutOff, type JudgedList, placesOf, type RelevantTotal, relevantIn, totalOf } from './relevance.js';

/** 1 where the first `k` places hold a relevant item, else 0. An empty list has none. @throws {InvalidOptionError} */
export function hitRate(list: JudgedList, { k }: CutOff = {}): number {
  return relevantIn(list, placesOf(list, k)) > 0 ? 1 : 0;
}

/**
 * The share of the first `k` places that hold a relevant item. A list shorter than `k` is divided by `k` all the same, as in
 * `trec_eval`: places that were not filled were not filled well. 0 for an empty list.
 * @throws {InvalidOptionError}
 */
export function precision(list: JudgedList, { k }: CutOff = {}): number {
  const found = relevantIn(list, placesOf(list, k));
  const places = k ?? list.length;
  return places === 0 ? 0 : found / places;
}

/** The share of all relevant items that the first `k` places hold; null where there is none to be found. @throws {InvalidOptionError} */
export function recall(list: JudgedList, { k, relevant }: RelevantTotal = {}): number | null {
  const found = relevantIn(list, placesOf(list, k));
  const total = totalOf(list, found, relevant);
  return total === 0 ? null : found / total;
}

/**
 * Average precision: the precision at the place of each relevant item among the first `k`, summed, over the number of all
 * relevant items (Buckley and Voorhees 2000, as in `trec_eval`). Its mean over lists is MAP. Null where there is none to be found.
 * @throws {InvalidOptionError}
 */
export function averagePrecision(list: JudgedList, { k, relevant }: RelevantTotal = {}): number | null {
  const places = placesOf(list, k);
  const total = totalOf(list, relevantIn(list, places), relevant);
  if (total === 0) return null;
  let found = 0;
  let sum = 0;
  for (let place = 0; place < places; place++) if (list[place] > 0) sum += ++found / (place + 1);
  return sum / total;
}

/** One over the place of the first relevant item among the first `k`, 0 where there is none (Voorhees 1999). Its mean is MRR. @throws {InvalidOptionError} */
export function reciprocalRank(list: JudgedList, { k }: CutOff = {}): number {
  const places = placesOf(list, k);
  relevantIn(list, places);
  for (let place = 0; place < places; place++) if (list[place] > 0) return 1 / (place + 1);
  return 0;
}
