import { InvalidOptionError } from '../errors.js';
import { type CutOff, type JudgedList, placesOf, relevantIn } from './relevance.js';

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
   * those of the whole list.
   */
  readonly ideal?: JudgedList;
}

/** `1 / log2(1 + place)` for the first places, counted from 1; more are added as they are needed. */
let discounts = new Float64Array(0);

function discountsFor(places: number): Float64Array {
  if (discounts.length < places) {
    discounts = Float64Array.from({ length: Math.max(128, 2 * places) }, (_, place) => 1 / Math.log2(place + 2));
  }
  return discounts;
}

/** Discounted cumulative gain: the gains of the first `k` places, each over `log2(1 + place)`. 0 for an empty list. @throws {InvalidOptionError} */
export function dcg(list: JudgedList, { k, gain = 'linear' }: GainOptions = {}): number {
  const places = placesOf(list, k);
  relevantIn(list, places);
  const discount = discountsFor(places);
  let sum = 0;
  for (let place = 0; place < places; place++) sum += worth(list[place], gain) * discount[place];
  return sum;
}

/**
 * Normalised discounted cumulative gain: `dcg` over that of the best order of all items there are; from 0 to 1. Null where
 * nothing is relevant, so that no order is better than another.
 * @throws {InvalidOptionError}
 */
export function ndcg(list: JudgedList, { k, gain, ideal = list }: NdcgOptions = {}): number | null {
  const options = { ...(k !== undefined && { k }), ...(gain !== undefined && { gain }) };
  const found = dcg(list, options);
  const best = dcg(new Float64Array(ideal).sort().reverse(), options);
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

function worth(relevance: number, gain: 'linear' | 'exponential'): number {
  return gain === 'linear' ? relevance : 2 ** relevance - 1;
}
