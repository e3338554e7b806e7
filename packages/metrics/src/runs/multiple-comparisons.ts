import { InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/**
 * Corrects p-values for multiple tests so that the family-wise error rate, the probability of **any** false positive,
 * stays below the significance level (Holm 1979). Uniformly more powerful than Bonferroni's correction, with the same
 * assumptions.
 * @param pValues `[tests]`
 * @returns `[tests]`, in the same order.
 * @throws {InvalidOptionError} if a p-value is not from 0 to 1.
 */
export function holmAdjusted(pValues: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(pValues);
  const adjusted = new Float64Array(order.length);
  let least = 0;
  for (const [rank, test] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - rank) * pValues[test]));
    adjusted[test] = least;
  }
  return adjusted;
}

/**
 * Corrects p-values so that the false discovery rate, the expected **share** of false positives among the significant
 * results, stays below the significance level (Benjamini and Hochberg 1995). Assumes independent or positively
 * dependent tests.
 * @param pValues `[tests]`
 * @returns `[tests]`, in the same order.
 * @throws {InvalidOptionError} if a p-value is not from 0 to 1.
 */
export function benjaminiHochbergAdjusted(pValues: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(pValues);
  const adjusted = new Float64Array(order.length);
  let most = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    most = Math.min(most, (order.length / (rank + 1)) * pValues[order[rank]]);
    adjusted[order[rank]] = most;
  }
  return adjusted;
}

function ascendingOrder(pValues: ArrayLike<number>): number[] {
  checkList('pValues', pValues, 'an array of probabilities');
  const values = Array.from(pValues);
  const wrong = values.findIndex((value) => !(typeof value === 'number' && value >= 0 && value <= 1));
  if (wrong !== -1) throw new InvalidOptionError(`pValues[${wrong}]`, values[wrong], 'a probability from 0 to 1');
  return values.map((_, test) => test).sort((x, y) => values[x] - values[y]);
}
