import { InvalidOptionError } from '@ialp/core';

/** What `rankByScore` gives: relevances in the order of the scores, and which places are tied. */
export interface RankedList {
  /** `[places]`: the relevance of the item in each place, the best place first. Items of one score stand as they stood. */
  readonly relevance: Float64Array;
  /** `[places]`: for each place, the place after the last one with the same score; its own plus 1 where nothing is tied. */
  readonly tieEnds: Int32Array;
}

/**
 * A ranked list as it was judged: the relevance of the item in each place, the best place first. 0 is not relevant; grades
 * above it say how much. Of a list with ties every measure is the mean over all orders of the tied items.
 */
export type JudgedList = ArrayLike<number> | RankedList;

/** Where a list is cut. */
export interface CutOff {
  /** Places that count. Default: all. */
  readonly k?: number;
}

/** Where a list is cut, and what was there to be found. */
export interface RelevantTotal extends CutOff {
  /**
   * Relevant items there are, in the list and outside. Default: those in the whole list, which is right only for a list of
   * **all** items.
   */
  readonly relevant?: number;
}

/** A list with its cut, checked. */
export interface Judgement {
  readonly relevance: ArrayLike<number>;
  /** Absent where nothing is tied. */
  readonly tieEnds: Int32Array | undefined;
  /** Places that count, at most as many as the list has. */
  readonly places: number;
}

/**
 * Checks a list as far as it counts.
 * @throws {InvalidOptionError} for a `k` that is not an integer of at least 1, an invalid relevance, or invalid ties.
 */
export function judgementOf(list: JudgedList, k: number | undefined): Judgement {
  const { relevance, tieEnds } = 'relevance' in list ? list : { relevance: list, tieEnds: undefined };
  if (k !== undefined && !(Number.isSafeInteger(k) && k >= 1)) {
    throw new InvalidOptionError('k', k, 'an integer of at least 1');
  }
  if (tieEnds !== undefined && tieEnds.length !== relevance.length) {
    throw new InvalidOptionError('list.tieEnds', `${tieEnds.length} places`, `${relevance.length}, as relevance has`);
  }
  const places = Math.min(k ?? relevance.length, relevance.length);
  const judgement = { relevance, tieEnds, places };
  let end = 0;
  while (end < places) end = tieEnd(judgement, end);
  // A tie that the cut goes through counts to its end.
  for (let place = 0; place < end; place++) checkRelevance(relevance[place], place);
  return judgement;
}

/** The place after the tie that begins at a place. @throws {InvalidOptionError} */
export function tieEnd({ tieEnds, relevance }: Judgement, start: number): number {
  if (tieEnds === undefined) return start + 1;
  const end = tieEnds[start];
  if (end > start && end <= relevance.length) return end;
  throw new InvalidOptionError(
    `list.tieEnds[${start}]`,
    end,
    `a place from ${start + 1} to ${relevance.length}: what rankByScore gives`,
  );
}

/** How many of some places hold a relevant item. */
export function relevantBetween(relevance: ArrayLike<number>, start: number, end: number): number {
  let count = 0;
  for (let place = start; place < end; place++) if (relevance[place] > 0) count++;
  return count;
}

/** How many relevant items the counted places hold: where a tie goes beyond the cut, in the mean over its orders. */
export function relevantFound(judgement: Judgement): number {
  const { relevance, places } = judgement;
  let found = 0;
  for (let start = 0, end = 0; start < places; start = end) {
    end = tieEnd(judgement, start);
    const relevant = relevantBetween(relevance, start, end);
    // A whole tie counts as it is, so that no rounding comes in.
    found += end <= places ? relevant : (relevant * (places - start)) / (end - start);
  }
  return found;
}

/**
 * How many relevant items there are.
 * @throws {InvalidOptionError} where it is said to be fewer than the list holds.
 */
export function totalOf({ relevance }: Judgement, relevant: number | undefined): number {
  for (let place = 0; place < relevance.length; place++) checkRelevance(relevance[place], place);
  const held = relevantBetween(relevance, 0, relevance.length);
  if (relevant === undefined) return held;
  if (!Number.isSafeInteger(relevant) || relevant < held) {
    throw new InvalidOptionError('relevant', relevant, `an integer of at least ${held}, what the list holds`);
  }
  return relevant;
}

function checkRelevance(relevance: number, place: number): void {
  if (typeof relevance === 'number' && relevance >= 0 && relevance < Number.POSITIVE_INFINITY) return;
  throw new InvalidOptionError(`list[${place}]`, relevance, 'a relevance: a finite number of at least 0');
}
