import { checkInteger, InvalidOptionError } from '@ialp/core';

/** Counts how often each item was shown, as they come. */
export interface ExposureCounter {
  /** An item was shown. @throws {InvalidOptionError} where there is no such item. */
  add(item: number): void;
  /** The counts of another one. @throws {InvalidOptionError} where they are of another catalogue, or no counts. */
  merge(other: ArrayLike<number>): void;
  /** `[items]`: what `catalogueCoverage`, `gini` and `entropy` take; a copy. */
  counts(): Float64Array;
}

/**
 * `exposure` of a stream, in memory that grows with the catalogue alone.
 * @param items of the catalogue; at least 1.
 * @throws {InvalidOptionError}
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
        throw new InvalidOptionError('other', `${other.length} items`, `${items}, those of the catalogue`);
      }
      for (let item = 0; item < items; item++) {
        if (!(Number.isSafeInteger(other[item]) && other[item] >= 0)) {
          throw new InvalidOptionError(`other[${item}]`, other[item], 'a count');
        }
      }
      for (let item = 0; item < items; item++) counts[item] += other[item];
    },
    counts: () => counts.slice(),
  };
}
