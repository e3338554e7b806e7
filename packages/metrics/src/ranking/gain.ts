import { checkOneOf, InvalidOptionError } from '@ialp/core';
import { type ItemId, measureCall, type RelevantItems } from './by-ids.js';
import { type CutOff, type JudgedList, type Judgement, judgementOf, tieEnd } from './relevance.js';

/** Options of `dcg`. */
export interface GainOptions extends CutOff {
  /**
   * What a relevance is worth: itself (`linear`, Järvelin and Kekäläinen 2002), or `2^relevance - 1` (`exponential`, Burges et al.
   * 2005), which is the same for 0 and 1. Default `linear`.
   */
  readonly gain?: 'linear' | 'exponential';
}

/** Options of `ndcg`. */
export interface NdcgOptions extends GainOptions {
  /**
   * The relevances of all items there are, in the list and outside, in any order: of these the best list is made. Default:
   * those of the whole list, which is right only for a list of **all** items.
   */
  readonly ideal?: ArrayLike<number>;
}

/** `1 / log2(1 + place)` for the first places, counted from 1; more are added as they are needed. */
let discounts = new Float64Array(0);

function discountsFor(places: number): Float64Array {
  if (discounts.length < places) {
    discounts = Float64Array.from({ length: Math.max(128, 2 * places) }, (_, place) => 1 / Math.log2(place + 2));
  }
  return discounts;
}

/**
 * Discounted cumulative gain: the gains of the first `k` places, each over `log2(1 + place)`. 0 for an empty list.
 * @throws {InvalidOptionError}
 */
export function dcg(list: JudgedList, options?: GainOptions): number;
/** The same by ids. @throws {InvalidOptionError} */
export function dcg(recommended: ArrayLike<ItemId>, relevant: RelevantItems, options?: GainOptions): number;
export function dcg(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | GainOptions,
  third?: GainOptions,
): number {
  const { list, options } = measureCall<GainOptions>(first, second, third, ['k', 'gain']);
  return gainOf(judgementOf(list, options.k), options.gain);
}

/**
 * Normalised discounted cumulative gain: `dcg` over that of the best order of all items there are; from 0 to 1. Null where
 * nothing is relevant, so that no order is better than another. Without `ideal` a list is taken to be of all items.
 * @throws {InvalidOptionError}
 */
export function ndcg(list: JudgedList, options?: NdcgOptions): number | null;
/**
 * The same by ids: the best order is that of all relevant items, of which the first `k` count. 0 for a list without one of
 * them, null for a user to whom nothing is relevant.
 * @throws {InvalidOptionError}
 */
export function ndcg(recommended: ArrayLike<ItemId>, relevant: RelevantItems, options?: GainOptions): number | null;
export function ndcg(
  first: JudgedList | ArrayLike<ItemId>,
  second?: RelevantItems | NdcgOptions,
  third?: GainOptions,
): number | null {
  const { list, options, grades } = measureCall<NdcgOptions>(first, second, third, ['k', 'gain', 'ideal']);
  const { k, gain } = options;
  const found = gainOf(judgementOf(list, k), gain);
  const all = grades ?? options.ideal ?? ('relevance' in list ? list.relevance : list);
  const best = gainOf(judgementOf(new Float64Array(all).sort().reverse(), k), gain);
  if (best === 0) {
    if (found > 0)
      throw new InvalidOptionError(
        'ideal',
        'nothing relevant',
        'the relevances of all items, those of the list among them',
      );
    return null;
  }
  // Another order of the same sum may be a hair above 1.
  if (found > best * (1 + 1e-9)) {
    throw new InvalidOptionError(
      'ideal',
      `a best list worth ${best}`,
      `at least the list's own, ${found}: the relevances of all items`,
    );
  }
  return Math.min(1, found / best);
}

function gainOf(judgement: Judgement, gain: 'linear' | 'exponential' = 'linear'): number {
  checkOneOf('gain', gain, ['linear', 'exponential']);
  const { relevance, places } = judgement;
  const discount = discountsFor(places);
  let sum = 0;
  for (let start = 0, end = 0; start < places; start = end) {
    end = tieEnd(judgement, start);
    const worth = meanWorth(relevance, start, end, gain);
    for (let place = start; place < Math.min(end, places); place++) sum += worth * discount[place];
  }
  if (Number.isFinite(sum)) return sum;
  throw new InvalidOptionError('list', `gains that add up to ${sum}`, 'relevances whose gains have a finite sum');
}

/** What each place of a tie is worth in the mean over its orders. */
function meanWorth(relevance: ArrayLike<number>, start: number, end: number, gain: 'linear' | 'exponential'): number {
  if (end === start + 1) return worth(relevance[start], gain);
  let sum = 0;
  for (let place = start; place < end; place++) sum += worth(relevance[place], gain);
  return sum / (end - start);
}

function worth(relevance: number, gain: 'linear' | 'exponential'): number {
  return gain === 'linear' ? relevance : 2 ** relevance - 1;
}
