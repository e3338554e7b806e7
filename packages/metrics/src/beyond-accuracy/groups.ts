import { checkInteger, checkOneOf, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** Options of `groupExposure`. */
export interface GroupExposureOptions {
  /**
   * The weight of a place: 1 for all (`none`), or `1 / log2(1 + place)`, as people look at the first more than at the
   * last (`logarithmic`, as in DCG; Singh and Joachims 2018). Default `none`.
   */
  readonly discount?: 'none' | 'logarithmic';
}

/**
 * The share of exposure that each group of items gets in a list; they add up to 1. All 0 for an empty list.
 * @param groupOf the group of each item, by item.
 * @returns `[groups]`
 * @throws {InvalidOptionError} for an item of no group.
 */
export function groupExposure(
  list: ArrayLike<number>,
  groupOf: ArrayLike<number>,
  groups: number,
  { discount = 'none' }: GroupExposureOptions = {},
): Float64Array {
  checkOneOf('discount', discount, ['none', 'logarithmic']);
  checkList('list', list, 'a list of items');
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
  /** How much of the target is mixed into what was shown, so that a category that was never shown does not count without end. Default 0.01. */
  readonly alpha?: number;
}

/**
 * How far the categories of what was shown are from those of what the person took before: the Kullback-Leibler divergence
 * `sum_c p(c) log2(p(c) / q~(c))`, `q~ = (1 - alpha) q + alpha p`, in bits; 0 where they are the same (Steck 2018).
 * @param taken `p`, the share of each category in what the person took.
 * @param shown `q`, in what was shown to them.
 * @throws {InvalidOptionError} where these are no shares that add up to 1.
 */
export function miscalibration(
  taken: ArrayLike<number>,
  shown: ArrayLike<number>,
  { alpha = 0.01 }: MiscalibrationOptions = {},
): number {
  if (!(alpha > 0 && alpha < 1)) throw new InvalidOptionError('alpha', alpha, 'a number between 0 and 1');
  if (taken.length !== shown.length) {
    throw new InvalidOptionError('shown', `${shown.length} shares`, `${taken.length}, one for each category`);
  }
  checkShares('taken', taken);
  checkShares('shown', shown);
  let bits = 0;
  for (let category = 0; category < taken.length; category++) {
    const p = taken[category];
    if (p > 0) bits += p * Math.log2(p / ((1 - alpha) * shown[category] + alpha * p));
  }
  // Rounding may lead a hair below 0.
  return Math.max(0, bits);
}

/**
 * The features that dominate a catalogue or a log: the fewest, from the most frequent on, that make up a share of all (80 % where
 * the field speaks of majority categories: Gao et al. 2022, as in EasyRL4Rec). Of equally frequent ones the first.
 * @param counts how often each feature occurs.
 * @throws {InvalidOptionError}
 */
export function dominantFeatures(counts: ArrayLike<number>, share = 0.8): Set<number> {
  if (!(share > 0 && share <= 1)) throw new InvalidOptionError('share', share, 'above 0 and at most 1');
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
 * Feature domination: the share of a list's items that have a dominant feature; the higher, the more of the same. Null for an
 * empty list.
 * @param featuresOf the features of each item, by item.
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
      throw new InvalidOptionError(`list[${place}]`, list[place], `an item from 0 to ${featuresOf.length - 1}`);
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
    throw new InvalidOptionError(option, `shares that add up to ${total}`, 'shares that add up to 1');
}
