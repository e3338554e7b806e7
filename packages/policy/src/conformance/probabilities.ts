import type { Observation } from '@ialp/core';
import type { ActionDistribution, Policy } from '../policy.js';

/** `[rows, items]`: all probabilities, queried item by item. */
export function probabilitiesOf(distribution: ActionDistribution, { rows, items }: Observation): Float32Array {
  const table = new Float32Array(rows * items);
  const asked = new Int32Array(rows);
  for (let item = 0; item < items; item++) {
    const propensity = distribution.propensity(asked.fill(item));
    for (let row = 0; row < rows; row++) table[row * items + item] = propensity[row];
  }
  return table;
}

/** `[rows, items]`: the policy's probabilities in the given states. */
export function behaviorOf(policy: Policy, observation: Observation): Float32Array {
  return probabilitiesOf(policy.distribution(observation), observation);
}

/**
 * Pearson's statistic of how often the items of one state were drawn against their probabilities, and its degrees of
 * freedom. Neighbouring items share a bin until it expects ten draws.
 */
export function chiSquare(
  drawn: ArrayLike<number>,
  probability: ArrayLike<number>,
  draws: number,
): { readonly statistic: number; readonly freedom: number } {
  const bins: { expected: number; found: number }[] = [];
  let open = { expected: 0, found: 0 };
  for (let item = 0; item < probability.length; item++) {
    open.expected += draws * probability[item];
    open.found += drawn[item];
    if (open.expected < 10) continue;
    bins.push(open);
    open = { expected: 0, found: 0 };
  }
  const last = bins.at(-1);
  if (last === undefined) bins.push(open);
  else {
    last.expected += open.expected;
    last.found += open.found;
  }
  const statistic = bins.reduce((sum, { expected, found }) => sum + (found - expected) ** 2 / expected, 0);
  return { statistic, freedom: bins.length - 1 };
}
