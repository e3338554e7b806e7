import { checkInteger, InvalidOptionError } from '@ialp/core';

/** How a list came about that was not made of the whole catalogue. */
export interface SampledRanking {
  /** Items that were ranked: the relevant ones, and those drawn beside them. */
  readonly ranked: number;
  /** Items of the catalogue. */
  readonly items: number;
  /** Places that the measure counts. */
  readonly k: number;
}

/**
 * Why a measure over a sample of the items that are not relevant is not to be trusted, in sentences; empty where all are ranked. An item among
 * the first `k` of a sample is expected to be among the first `1 + (k - 1) (items - 1) / (ranked - 1)` of the catalogue: the measure looks
 * at another cut-off than it says, hardly at the first places at all, and may put methods in another order (Krichene and Rendle 2020, "On
 * sampled metrics for item recommendation").
 * @throws {InvalidOptionError}
 */
export function sampledMetricWarnings({ ranked, items, k }: SampledRanking): string[] {
  for (const [option, value] of Object.entries({ ranked, items, k })) checkInteger(option, value, 1);
  if (ranked > items) throw new InvalidOptionError('ranked', ranked, `at most ${items}, the items of the catalogue`);
  if (ranked === items) return [];
  const count = (value: number): string => value.toLocaleString('en');
  if (k >= ranked) {
    return [
      `Only ${count(ranked)} items are ranked and ${count(k)} places count: every item is among them. Rank all ${count(items)}.`,
    ];
  }
  const place = Math.round(1 + ((k - 1) * (items - 1)) / (ranked - 1));
  // One place of the sample stands for this many of the catalogue.
  const next = Math.round(1 + (items - 1) / (ranked - 1));
  return [
    `Of ${count(items)} items only ${count(ranked)} are ranked: the first ${count(k)} of them are about the first ${count(place)} of all, ` +
      `and whether an item is first or about ${ordinal(next)} of all makes no difference. ` +
      'Methods may come out in another order than by all items: rank all.',
  ];
}

function ordinal(value: number): string {
  const isTeen = value % 100 > 10 && value % 100 < 14;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value.toLocaleString('en')}${ending}`;
}
