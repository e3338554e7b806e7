import { counted, described, InvalidOptionError } from '@ialp/core';

/** The result of `rankByScore`: relevances in the order of the scores, and the ties. */
export interface RankedList {
  /** `[ranks]`: the relevance of the item at each rank, best first. Tied items stay in the order of the input. */
  readonly relevance: Float64Array;
  /** `[ranks]`: for each rank (from 0) the rank after its tie; its own plus 1 without a tie. */
  readonly tieEnds: Int32Array;
}

/**
 * A ranked list: the relevance of the item at each rank, best first. 0 is not relevant; larger grades are more
 * relevant. For a list with ties, every metric is the mean over all orders of the tied items.
 */
export type JudgedList = ArrayLike<number> | RankedList;

/** Cut-off of a list. */
export interface CutOff {
  /** Number of ranks that count. Default: all. */
  readonly k?: number;
}

/** Cut-off of a list, and the number of relevant items. */
export interface RelevantTotal extends CutOff {
  /**
   * Number of relevant items, in the list or not. Default: those in the list, which is correct only if the list
   * contains **all** items.
   */
  readonly relevant?: number;
}

/** A checked list with its cut-off. */
export interface Judgement {
  readonly relevance: ArrayLike<number>;
  /** Absent if there are no ties. */
  readonly tieEnds: Int32Array | undefined;
  /** Number of ranks that count, at most the length of the list. */
  readonly places: number;
}

/**
 * Checks a list up to its cut-off.
 * @throws {InvalidOptionError} if `k` is not an integer of at least 1, or a relevance or a tie is invalid.
 */
export function judgementOf(list: JudgedList, k: number | undefined): Judgement {
  const { relevance, tieEnds } = 'relevance' in list ? list : { relevance: list, tieEnds: undefined };
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1)) {
    throw new InvalidOptionError('k', k, 'an integer of at least 1');
  }
  if (tieEnds !== undefined && tieEnds.length !== relevance.length) {
    throw new InvalidOptionError(
      'list.tieEnds',
      described(counted(tieEnds.length, 'rank')),
      `${counted(relevance.length, 'rank')}, like relevance`,
    );
  }
  const places = Math.min(k ?? relevance.length, relevance.length);
  const judgement = { relevance, tieEnds, places };
  let end = 0;
  while (end < places) end = tieEnd(judgement, end);
  // A tie across the cut-off is checked to its end.
  for (let place = 0; place < end; place++) checkRelevance(relevance[place], place);
  return judgement;
}

/** The rank after the tie that starts at `start`. @throws {InvalidOptionError} if the tie is invalid. */
export function tieEnd({ tieEnds, relevance }: Judgement, start: number): number {
  if (tieEnds === undefined) return start + 1;
  const end = tieEnds[start];
  if (end > start && end <= relevance.length) return end;
  throw new InvalidOptionError(
    `list.tieEnds[${start}]`,
    end,
    `a rank from ${start + 1} to ${relevance.length}, as in the result of rankByScore`,
  );
}

/** Number of relevant items from rank `start` to before `end`. */
export function relevantBetween(relevance: ArrayLike<number>, start: number, end: number): number {
  let count = 0;
  for (let place = start; place < end; place++) if (relevance[place] > 0) count++;
  return count;
}

/** Number of relevant items up to the cut-off; for a tie across it, the mean over the orders of the tied items. */
export function relevantFound(judgement: Judgement): number {
  const { relevance, places } = judgement;
  let found = 0;
  for (let start = 0, end = 0; start < places; start = end) {
    end = tieEnd(judgement, start);
    const relevant = relevantBetween(relevance, start, end);
    // A whole tie is counted without division to avoid rounding.
    found += end <= places ? relevant : (relevant * (places - start)) / (end - start);
  }
  return found;
}

/**
 * Number of all relevant items.
 * @throws {InvalidOptionError} if `relevant` is less than the number in the list.
 */
export function totalOf({ relevance }: Judgement, relevant: number | undefined): number {
  for (let place = 0; place < relevance.length; place++) checkRelevance(relevance[place], place);
  const held = relevantBetween(relevance, 0, relevance.length);
  if (relevant === undefined) return held;
  if (!Number.isSafeInteger(relevant) || relevant < held) {
    throw new InvalidOptionError(
      'relevant',
      relevant,
      `an integer of at least ${held}, the relevant items in the list`,
    );
  }
  return relevant;
}

function checkRelevance(relevance: number, place: number): void {
  if (typeof relevance === 'number' && relevance >= 0 && relevance < Number.POSITIVE_INFINITY) return;
  throw new InvalidOptionError(`list[${place}]`, relevance, 'a relevance: a finite number of at least 0');
}
