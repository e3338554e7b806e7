import { InvalidOptionError, type Observation, writeMask } from '@ialp/core';
import { checkArray } from '../checks/states.js';
import { NothingAllowedError } from '../errors.js';
import type { ActionDistribution } from '../policy.js';
import type { Taken } from './allowed-items.js';
import { slateDistribution } from './slate-distribution.js';

/**
 * The distribution of a policy that gives each item a weight: the probability of an item is its share of the weights of the items that the
 * row allows and that are not in the slate above it. A policy of your own needs no more than that:
 *
 * ```ts
 * distribution: (observation) => weightedDistribution(observation, (row) => myWeights(observation, row)),
 * ```
 *
 * @param weightsOf returns a row's weights, `[items]`: finite numbers of at least 0. Called once for each row; those of items that are not
 *   allowed do not matter. The array may be used again for the next row.
 * @throws {ShapeError} for another number of weights; {InvalidOptionError} for one that is not a finite number of at least 0.
 */
export function weightedDistribution(
  observation: Observation,
  weightsOf: (row: number) => Float32Array,
): ActionDistribution {
  const { rows, items } = observation;
  const mask = new Uint8Array(items);
  /** Weights of each row's items, 0 for those that are not allowed. */
  const weights = Array.from({ length: rows }, (_, row) => {
    const given = weightsOf(row);
    checkArray(`weights of row ${row}`, given, 'Float32Array', items, `items = ${items}`);
    writeMask(observation, row, mask);
    return given.map((weight, item) => {
      if (mask[item] === 0) return 0;
      if (weight >= 0 && weight < Infinity) return weight;
      throw new InvalidOptionError(`weights[${item}] of row ${row}`, weight, 'a finite number of at least 0');
    });
  });

  const totals = weights.map(sumOf);

  /** The row's weights without the items of its slate, and their sum. */
  const left = (row: number, taken: Taken): { readonly weight: Float32Array; readonly total: number } => {
    if (taken.length === 0) return { weight: weights[row], total: totals[row] };
    const weight = weights[row].slice();
    for (let place = 0; place < taken.length; place++) weight[taken[place]] = 0;
    return { weight, total: sumOf(weight) };
  };

  return slateDistribution(observation, {
    uses: ['uniform'],
    draw(row, taken, random) {
      const { weight, total } = left(row, taken);
      if (total === 0) throw new NothingAllowedError(row, 1 + taken.length);
      let uniform = random.uniform();
      let last = -1;
      for (let item = 0; item < items; item++) {
        if (weight[item] === 0) continue;
        last = item;
        uniform -= Math.fround(weight[item] / total);
        if (uniform < 0) break;
      }
      return last;
    },
    probability(row, taken, item) {
      const { weight, total } = left(row, taken);
      return weight[item] > 0 ? weight[item] / total : 0;
    },
    rank(row, count) {
      writeMask(observation, row, mask);
      const allowed = Array.from(mask.keys()).filter((item) => mask[item] === 1);
      return allowed.sort((a, b) => weights[row][b] - weights[row][a]).slice(0, count);
    },
  });
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
