import { InvalidOptionError } from '../errors.js';

/**
 * A ranked list as it was judged: the relevance of the item in each place, the best place first. 0 is not relevant; grades
 * above it say how much.
 */
export type JudgedList = ArrayLike<number>;

/** Where a list is cut. */
export interface CutOff {
  /** Places that count. Default: all. */
  readonly k?: number;
}

/** Where a list is cut, and what was there to be found. */
export interface RelevantTotal extends CutOff {
  /** Relevant items there are, in the list and outside. Default: those in the whole list. */
  readonly relevant?: number;
}

/**
 * How many places count, at most as many as the list has.
 * @throws {InvalidOptionError} for a `k` that is no integer of at least 1.
 */
export function placesOf(list: JudgedList, k: number | undefined): number {
  if (k === undefined) return list.length;
  if (!Number.isSafeInteger(k) || k < 1) throw new InvalidOptionError('k', k, 'an integer of at least 1');
  return Math.min(k, list.length);
}

/** How many items of the first places are relevant. @throws {InvalidOptionError} for a relevance below 0 or no number. */
export function relevantIn(list: JudgedList, places: number): number {
  let count = 0;
  for (let place = 0; place < places; place++) {
    const relevance = list[place];
    if (relevance > 0) count++;
    else if (relevance !== 0) throw new InvalidOptionError(`list[${place}]`, relevance, 'a relevance of at least 0');
  }
  return count;
}

/**
 * How many relevant items there are.
 * @throws {InvalidOptionError} where it is said to be fewer than the counted places hold.
 */
export function totalOf(list: JudgedList, found: number, relevant: number | undefined): number {
  if (relevant === undefined) return relevantIn(list, list.length);
  if (!Number.isSafeInteger(relevant) || relevant < found) {
    throw new InvalidOptionError('relevant', relevant, `an integer of at least ${found}, what the list holds`);
  }
  return relevant;
}
