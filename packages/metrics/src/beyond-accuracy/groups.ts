import { checkInteger, checkOneOf, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** Options of `groupExposure`. */
export interface GroupExposureOptions {
  /**
   * The weight of a rank: 1 (`none`), or `1 / log2(1 + rank)`, because users examine the first ranks more than the last
   * (`logarithmic`, as in DCG; Singh and Joachims 2018). Default `none`.
   */
  readonly discount?: 'none' | 'logarithmic';
}

/**
 * The share of the exposure of each group of items in a list; the shares sum to 1. All 0 for an empty list.
 * @param list item indices, best rank first.
 * @param groupOf `[items]`, the group of each item.
 * @param groups number of groups.
 * @returns `[groups]`
 * @throws {InvalidOptionError} if an item has no valid group.
 */
export function groupExposure(
  list: ArrayLike<number>,
  groupOf: ArrayLike<number>,
  groups: number,
  { discount = 'none' }: GroupExposureOptions = {},
): Float64Array {
  checkOneOf('discount', discount, ['none', 'logarithmic']);
  checkList('list', list, 'an array of item indices');
  checkInteger('groups', groups, 1);
  const shares = new Float64Array(groups);
  let total = 0;
  for (let place = 0; place < list.length; place++) {
    const group = groupOf[list[place]];
    if (!(Number.isInteger(group) && group >= 0 && group < groups)) {
      throw new InvalidOptionError(`groupOf[${list[place]}]`, group, `a group from 0 to ${groups - 1}`);
    }
    const weight = discount === 'none' ? 1 : 1 / Math.log2(place + 2);
    shares[group] += weight;
    total += weight;
  }
  return total === 0 ? shares : shares.map((share) => share / total);
}

/** Options of `miscalibration`. */
export interface MiscalibrationOptions {
  /**
   * Weight of `taken` that is mixed into `shown`, so that a category that was never shown does not make the divergence
   * infinite. Default 0.01.
   */
  readonly alpha?: number;
}

/**
 * Miscalibration: the divergence of the categories of the shown items from those that the user consumed before, in
 * bits; 0 if they are equal (Steck 2018). Kullback-Leibler divergence `sum_c p(c) log2(p(c) / q~(c))` with `q~ = (1 -
 * alpha) q + alpha p`.
 * @param taken `p`, the share of each category in the items that the user consumed.
 * @param shown `q`, the share of each category in the items shown to the user.
 * @throws {InvalidOptionError} if shares do not sum to 1, or an option is invalid.
 */
export function miscalibration(
  taken: ArrayLike<number>,
  shown: ArrayLike<number>,
  { alpha = 0.01 }: MiscalibrationOptions = {},
): number {
  if (!(alpha > 0 && alpha < 1)) throw new InvalidOptionError('alpha', alpha, 'a number between 0 and 1');
  if (taken.length !== shown.length) {
    throw new InvalidOptionError(
      'shown',
      described(counted(shown.length, 'share')),
      `${counted(taken.length, 'share')}, one for each category`,
    );
  }
  checkShares('taken', taken);
  checkShares('shown', shown);
  let bits = 0;
  for (let category = 0; category < taken.length; category++) {
    const p = taken[category];
    if (p > 0) bits += p * Math.log2(p / ((1 - alpha) * shown[category] + alpha * p));
  }
  // Rounding may give a value slightly below 0.
  return Math.max(0, bits);
}

/**
 * The dominant features of a catalogue or a log: the smallest set, in order of frequency, whose counts reach a share of
 * the total (80 % for the majority categories of Gao et al. 2022, as in EasyRL4Rec). Of equally frequent features the
 * first ones.
 * @param counts how often each feature occurs.
 * @throws {InvalidOptionError} if the share is invalid.
 */
export function dominantFeatures(counts: ArrayLike<number>, share = 0.8): Set<number> {
  if (!(share > 0 && share <= 1)) throw new InvalidOptionError('share', share, 'a number above 0 and at most 1');
  const order = Array.from(counts, (_, feature) => feature).sort((a, b) => counts[b] - counts[a] || a - b);
  const total = order.reduce((sum, feature) => sum + counts[feature], 0);
  const dominant = new Set<number>();
  let sum = 0;
  for (const feature of order) {
    if (sum >= share * total) break;
    dominant.add(feature);
    sum += counts[feature];
  }
  return dominant;
}

/**
 * Feature domination: the share of a list's items that have a dominant feature. Null for an empty list.
 * @param featuresOf `[items]`, the features of each item.
 * @throws {InvalidOptionError} if an item index is invalid.
 */
export function featureDomination(
  list: ArrayLike<number>,
  featuresOf: ArrayLike<readonly number[]>,
  dominant: ReadonlySet<number>,
): number | null {
  let count = 0;
  for (let place = 0; place < list.length; place++) {
    const features = featuresOf[list[place]];
    if (features === undefined) {
      throw new InvalidOptionError(`list[${place}]`, list[place], `an item index from 0 to ${featuresOf.length - 1}`);
    }
    if (features.some((feature) => dominant.has(feature))) count++;
  }
  return list.length === 0 ? null : count / list.length;
}

function checkShares(option: string, shares: ArrayLike<number>): void {
  let total = 0;
  for (let k = 0; k < shares.length; k++) {
    if (!(shares[k] >= 0)) throw new InvalidOptionError(`${option}[${k}]`, shares[k], 'a share of at least 0');
    total += shares[k];
  }
  if (Math.abs(total - 1) > 1e-6)
    throw new InvalidOptionError(option, described(`shares that sum to ${total}`), 'shares that sum to 1');
}
