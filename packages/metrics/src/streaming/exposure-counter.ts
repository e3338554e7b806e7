import { checkInteger, counted, described, InvalidOptionError } from '@ialp/core';

/** Counts how often each item was shown, one exposure at a time. */
export interface ExposureCounter {
  /** Counts one exposure. @throws {InvalidOptionError} if the index is not of the catalogue. */
  add(item: number): void;
  /**
   * Adds the counts of another counter.
   * @throws {InvalidOptionError} if they are invalid or of another catalogue.
   */
  merge(other: ArrayLike<number>): void;
  /** `[items]`: a copy of the counts, for `catalogueCoverage`, `gini` and `entropy`. */
  counts(): Float64Array;
}

/**
 * Creates a counter, the streaming form of `exposure`. Memory grows only with the catalogue.
 * @param items number of items in the catalogue; at least 1.
 * @throws {InvalidOptionError} if `items` is invalid.
 */
export function createExposureCounter(items: number): ExposureCounter {
  checkInteger('items', items, 1);
  const counts = new Float64Array(items);
  return {
    add(item) {
      if (!(Number.isInteger(item) && item >= 0 && item < items)) {
        throw new InvalidOptionError('item', item, `an integer from 0 to ${items - 1}`);
      }
      counts[item]++;
    },
    merge(other) {
      if (other.length !== items) {
        throw new InvalidOptionError(
          'other',
          described(counted(other.length, 'item')),
          `${items}, the size of the catalogue`,
        );
      }
      for (let item = 0; item < items; item++) {
        if (!(Number.isSafeInteger(other[item]) && other[item] >= 0)) {
          throw new InvalidOptionError(`other[${item}]`, other[item], 'an integer of at least 0');
        }
      }
      for (let item = 0; item < items; item++) counts[item] += other[item];
    },
    counts: () => counts.slice(),
  };
}
