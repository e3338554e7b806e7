import { InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/**
 * p-values of several tests, corrected so that the chance of **any** false alarm stays below the level at which they are read (Holm 1979).
 * Never worse than Bonferroni's correction, and as little is assumed.
 * @param pValues `[tests]`
 * @returns `[tests]`, in the same order.
 * @throws {InvalidOptionError}
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
 * p-values corrected so that the expected **share** of false alarms among what is called different stays below the level at which they are
 * read (Benjamini and Hochberg 1995); for many comparisons, of which some may be wrong. For tests that do not depend on one another, or
 * do so positively.
 * @param pValues `[tests]`
 * @returns `[tests]`, in the same order.
 * @throws {InvalidOptionError}
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
  checkList('pValues', pValues, 'a list of probabilities');
  const values = Array.from(pValues);
  const wrong = values.findIndex((value) => !(typeof value === 'number' && value >= 0 && value <= 1));
  if (wrong !== -1) throw new InvalidOptionError(`pValues[${wrong}]`, values[wrong], 'a probability');
  return values.map((_, test) => test).sort((x, y) => values[x] - values[y]);
}
