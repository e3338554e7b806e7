import { checkInteger, checkOptionNames, described, InvalidOptionError } from '@ialp/core';

/**
 * How often each item of a catalogue was shown.
 * @param shown item indices in any order.
 * @param items number of items in the catalogue.
 * @returns `[items]`
 * @throws {InvalidOptionError} if an index is not in the catalogue.
 */
export function exposure(shown: ArrayLike<number>, items: number): Float64Array {
  checkInteger('items', items, 1);
  const counts = new Float64Array(items);
  for (let row = 0; row < shown.length; row++) {
    const item = shown[row];
    if (!(Number.isInteger(item) && item >= 0 && item < items)) {
      throw new InvalidOptionError(`shown[${row}]`, item, `an item index from 0 to ${items - 1}`);
    }
    counts[item]++;
  }
  return counts;
}

/**
 * Catalogue coverage: the share of the catalogue that was shown at least once, from 0 to 1.
 * @param counts `[items]`, from `exposure`.
 * @throws {InvalidOptionError} if a count is invalid.
 */
export function catalogueCoverage(counts: ArrayLike<number>): number {
  checkCounts(counts);
  let shown = 0;
  for (let item = 0; item < counts.length; item++) if (counts[item] > 0) shown++;
  return shown / counts.length;
}

/**
 * The Gini coefficient of exposure: 0 if all items were shown equally often, `1 - 1 / items` if only one was shown.
 * Null if nothing was shown. `sum_i (2 i - n - 1) x_i / (n sum x)`, `x` ascending, `i` from 1.
 * @throws {InvalidOptionError} if a count is invalid.
 */
export function gini(counts: ArrayLike<number>): number | null {
  const total = checkCounts(counts);
  if (total === 0) return null;
  const { length } = counts;
  const ascending = Float64Array.from(counts).sort();
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (2 * (k + 1) - length - 1) * ascending[k];
  return sum / (length * total);
}

/** Options of `entropy`. */
export interface EntropyOptions {
  /** Whether to divide by the maximum (all items shown equally often), for a range of 0 to 1. Default false. */
  readonly isNormalized?: boolean;
}

/**
 * Shannon entropy of the exposure, in bits: 0 if only one item was shown, `log2(items)` if all were shown equally
 * often. Null if nothing was shown.
 * @throws {InvalidOptionError} if a count is invalid.
 */
export function entropy(counts: ArrayLike<number>, options: EntropyOptions = {}): number | null {
  checkOptionNames(options, ['isNormalized']);
  const { isNormalized = false } = options;
  const total = checkCounts(counts);
  if (total === 0) return null;
  let bits = 0;
  for (let item = 0; item < counts.length; item++) {
    const share = counts[item] / total;
    if (share > 0) bits -= share * Math.log2(share);
  }
  if (!isNormalized) return bits;
  return counts.length === 1 ? 0 : bits / Math.log2(counts.length);
}

/**
 * The sum of the counts.
 * @throws {InvalidOptionError} if there are no counts, or one is not a number of at least 0.
 */
function checkCounts(counts: ArrayLike<number>): number {
  if (counts.length === 0) throw new InvalidOptionError('counts', [], 'one count per item');
  let total = 0;
  for (let item = 0; item < counts.length; item++) {
    if (!(typeof counts[item] === 'number' && counts[item] >= 0 && counts[item] < Number.POSITIVE_INFINITY)) {
      throw new InvalidOptionError(`counts[${item}]`, counts[item], 'a number of at least 0');
    }
    total += counts[item];
  }
  // The measures multiply the sum by the number of items.
  if (Number.isFinite(total * counts.length)) return total;
  throw new InvalidOptionError('counts', described(`counts that add up to ${total}`), 'counts with a finite sum');
}
