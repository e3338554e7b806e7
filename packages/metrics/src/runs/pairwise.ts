import { counted, described, InvalidOptionError } from '@ialp/core';
import { type ConfidenceInterval, type ConfidenceIntervalOptions, pairedDifference } from '../intervals/aggregate.js';
import { holmAdjusted } from './multiple-comparisons.js';
import { pairedTTest } from './paired-tests.js';

/** Comparison of two methods. */
export interface PairwiseComparison {
  readonly first: string;
  readonly second: string;
  /** First minus second, paired by seed; the interval is not corrected for the number of pairs. */
  readonly difference: ConfidenceInterval;
  /** p-value of the paired t-test. */
  readonly pValue: number;
  /** Corrected for all pairs (Holm 1979). */
  readonly adjustedPValue: number;
}

/** Options of `pairwiseComparisons`. */
export interface PairwiseOptions extends ConfidenceIntervalOptions {
  /** Method to compare all others with; fewer comparisons give more power. Default: every pair. */
  readonly reference?: string;
}

/**
 * Compares every pair of methods, or every method with a reference, on the same seeds, with p-values corrected for the
 * number of pairs.
 * @param methods the values of each method, by name, in the order of the seeds; at least two seeds.
 * @throws {InvalidOptionError} if a value is invalid, the methods differ in their number of seeds, or the reference is
 *   unknown.
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
    const expected = `${counted(methods[names[0]].length, 'value')}, one per seed, like ${names[0]}`;
    throw new InvalidOptionError(`methods.${name}`, described(counted(methods[name].length, 'value')), expected);
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
