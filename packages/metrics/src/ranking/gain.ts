import { checkOneOf, described, InvalidOptionError } from '@ialp/core';
import { type ItemId, measureCall, type RelevantItems } from './by-ids.js';
import { type CutOff, type JudgedList, type Judgement, judgementOf, tieEnd } from './relevance.js';

/** Options of `dcg`. */
export interface GainOptions extends CutOff {
  /**
   * Gain of a relevance: the relevance itself (`linear`, Järvelin and Kekäläinen 2002), or `2^relevance - 1`
   * (`exponential`, Burges et al. 2005); equal for 0 and 1. Default `linear`.
   */
  readonly gain?: 'linear' | 'exponential';
}

/** Options of `ndcg`. */
export interface NdcgOptions extends GainOptions {
  /**
   * The relevances of all items, in the list or not, in any order; the ideal list is made of them. Default: those of
   * the list itself, which is correct only if the list contains **all** items.
   */
  readonly ideal?: ArrayLike<number>;
}

/** `1 / log2(1 + rank)` for ranks from 1; extended on demand. */
let discounts = new Float64Array(0);

function discountsFor(places: number): Float64Array {
  if (discounts.length < places) {
    discounts = Float64Array.from({ length: Math.max(128, 2 * places) }, (_, place) => 1 / Math.log2(place + 2));
  }
  return discounts;
}

/**
 * Discounted cumulative gain: the sum of the gains of the first `k` ranks, each divided by `log2(1 + rank)`. 0 for an
 * empty list.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function dcg(list: JudgedList, options?: GainOptions): number;
/** The same by ids. @throws {InvalidOptionError} if an id or an option is invalid. */
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
 * Normalised discounted cumulative gain: `dcg` divided by that of the ideal order of all items, from 0 to 1. Null if no
 * item is relevant. Without `ideal` the list must contain all items.
 * @throws {InvalidOptionError} if the list or an option is invalid.
 */
export function ndcg(list: JudgedList, options?: NdcgOptions): number | null;
/**
 * The same by ids. The ideal list holds the best `k` of all relevant items. 0 for a list without a relevant item, null
 * for a user without relevant items.
 * @throws {InvalidOptionError} if an id or an option is invalid.
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
        described('nothing relevant'),
        'the relevances of all items, including those of the list',
      );
    return null;
  }
  // Summing in another order may give a value slightly above 1.
  if (found > best * (1 + 1e-9)) {
    throw new InvalidOptionError(
      'ideal',
      described(`an ideal list with DCG ${best}`),
      `at least ${found}, the DCG of the list: pass the relevances of all items`,
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
    const mean = meanGain(relevance, start, end, gain);
    for (let place = start; place < Math.min(end, places); place++) sum += mean * discount[place];
  }
  if (Number.isFinite(sum)) return sum;
  throw new InvalidOptionError(
    'list',
    described(`gains that add up to ${sum}`),
    'relevances whose gains have a finite sum',
  );
}

/** Mean gain of a rank in a tie, over all orders of the tied items. */
function meanGain(relevance: ArrayLike<number>, start: number, end: number, gain: 'linear' | 'exponential'): number {
  if (end === start + 1) return gainAt(relevance[start], gain);
  let sum = 0;
  for (let place = start; place < end; place++) sum += gainAt(relevance[place], gain);
  return sum / (end - start);
}

function gainAt(relevance: number, gain: 'linear' | 'exponential'): number {
  return gain === 'linear' ? relevance : 2 ** relevance - 1;
}
