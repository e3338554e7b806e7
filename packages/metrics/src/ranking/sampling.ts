import { checkInteger, InvalidOptionError } from '@ialp/core';

/** A ranking of a sample of the catalogue. */
export interface SampledRanking {
  /** Number of ranked items: the relevant ones and the sampled ones. */
  readonly ranked: number;
  /** Number of items in the catalogue. */
  readonly items: number;
  /** Number of ranks that the metric counts. */
  readonly k: number;
}

/**
 * Explains why a metric over a sample of the irrelevant items is unreliable; an empty list if all items are ranked. An
 * item among the first `k` of a sample is expected among the first `1 + (k - 1) (items - 1) / (ranked - 1)` of the
 * catalogue: the metric has another cut-off than stated, hardly depends on the first ranks, and may rank methods
 * differently (Krichene and Rendle 2020, "On sampled metrics for item recommendation").
 * @throws {InvalidOptionError} if an argument is not a positive integer, or `ranked` exceeds `items`.
 */
export function sampledMetricWarnings({ ranked, items, k }: SampledRanking): string[] {
  for (const [option, value] of Object.entries({ ranked, items, k })) checkInteger(option, value, 1);
  if (ranked > items)
    throw new InvalidOptionError('ranked', ranked, `at most ${items}, the number of items in the catalogue`);
  if (ranked === items) return [];
  const count = (value: number): string => value.toLocaleString('en');
  if (k >= ranked) {
    return [
      `Only ${count(ranked)} items are ranked and k is ${count(k)}, so every item counts as found. Rank all ${count(items)} items.`,
    ];
  }
  const place = Math.round(1 + ((k - 1) * (items - 1)) / (ranked - 1));
  // One rank of the sample corresponds to this many ranks of the catalogue.
  const next = Math.round(1 + (items - 1) / (ranked - 1));
  return [
    `Only ${count(ranked)} of ${count(items)} items are ranked: the first ${count(k)} of the sample correspond to about the first ${count(place)} of the catalogue, ` +
      `and the metric cannot tell the first item of the catalogue from about the ${ordinal(next)}. ` +
      'Methods may be ordered differently than by the full metric: rank all items.',
  ];
}

function ordinal(value: number): string {
  const isTeen = value % 100 > 10 && value % 100 < 14;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value.toLocaleString('en')}${ending}`;
}
