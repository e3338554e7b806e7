import { InvalidOptionError } from '@ialp/core';
import { type ConfidenceInterval, type ConfidenceIntervalOptions, pairedDifference } from '../intervals/aggregate.js';
import { holmAdjusted } from './multiple-comparisons.js';
import { pairedTTest } from './paired-tests.js';

/** Two methods side by side. */
export interface PairwiseComparison {
  readonly first: string;
  readonly second: string;
  /** Of the first less the second, on the same seeds; the interval is of this pair alone. */
  readonly difference: ConfidenceInterval;
  /** Of the paired t-test. */
  readonly pValue: number;
  /** Corrected for all pairs (Holm 1979). */
  readonly adjustedPValue: number;
}

/** Options of `pairwiseComparisons`. */
export interface PairwiseOptions extends ConfidenceIntervalOptions {
  /** Compare with this method alone, which takes fewer comparisons and finds more. Default: every pair. */
  readonly reference?: string;
}

/**
 * Every pair of methods, or every method against one, on the same seeds, with p-values corrected for the number of pairs.
 * @param methods for each name its values, in the order of the seeds; at least two seeds.
 * @throws {InvalidOptionError}
 */
export function pairwiseComparisons(
  methods: Readonly<Record<string, readonly number[]>>,
  { reference, ...options }: PairwiseOptions = {},
): PairwiseComparison[] {
  const names = Object.keys(methods);
  if (reference !== undefined && !names.includes(reference)) {
    throw new InvalidOptionError('reference', reference, `one of ${names.join(', ')}`);
  }
  const pairs =
    reference === undefined
      ? names.flatMap((first, k) => names.slice(k + 1).map((second) => [first, second] as const))
      : names.filter((name) => name !== reference).map((name) => [name, reference] as const);
  for (const name of names) {
    if (methods[name].length === methods[names[0]].length) continue;
    const expected = `${methods[names[0]].length}, one for each seed, as ${names[0]} has`;
    throw new InvalidOptionError(`methods.${name}`, `${methods[name].length} values`, expected);
  }
  const pValues = pairs.map(([first, second]) => pairedTTest(methods[first], methods[second]).pValue);
  const adjusted = holmAdjusted(pValues);
  return pairs.map(([first, second], k) => ({
    first,
    second,
    difference: pairedDifference(methods[first], methods[second], options),
    pValue: pValues[k],
    adjustedPValue: adjusted[k],
  }));
}
