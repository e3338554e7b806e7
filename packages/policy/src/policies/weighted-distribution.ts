import { countAllowed, counted, InvalidOptionError, type Observation, writeMask } from '@ialp/core';
import { checkArray } from '../checks/states.js';
import { NothingAllowedError } from '../errors.js';
import type { ActionDistribution } from '../policy.js';
import { NOTHING_TAKEN, type Taken } from './allowed-items.js';
import { bestItems } from './best-items.js';
import { slateDistribution } from './slate-distribution.js';
import { SlateWeights } from './slate-weights.js';

/**
 * The distribution of a policy that gives each item a weight: the probability of an item is its share of the weights of the items that the
 * row allows and that are not in the slate above it. Items of weight 0 are never sampled; `top` lists them last, with the score 0. A policy of
 * your own needs no more than that:
 *
 * ```ts
 * distribution: (observation) => weightedDistribution(observation, (row) => myWeights(observation, row)),
 * ```
 *
 * @param weightsOf returns a row's weights, `[items]`: finite numbers of at least 0. Called once for each row; those of items that are not
 *   allowed do not matter. The array may be used again for the next row.
 * @throws {ShapeError} for another number of weights; {InvalidOptionError} for one that is not a finite number of at least 0. `sample` throws
 *   a {NothingAllowedError} for a row in which fewer items have a weight above 0 than are to be shown.
 */
export function weightedDistribution(
  observation: Observation,
  weightsOf: (row: number) => Float32Array,
): ActionDistribution {
  const { rows, items } = observation;
  const mask = new Uint8Array(items);
  const rowsOfWeights = Array.from({ length: rows }, (_, row) => {
    const given = weightsOf(row);
    checkArray(`weights of row ${row}`, given, 'Float32Array', items, `items = ${items}`);
    writeMask(observation, row, mask);
    const allowed = given.map((weight, item) => {
      if (mask[item] === 0) return 0;
      if (weight >= 0 && weight < Infinity) return weight;
      throw new InvalidOptionError(`weights[${item}] of row ${row}`, weight, 'a finite number of at least 0');
    });
    return new SlateWeights(allowed);
  });

  return slateDistribution(observation, {
    uses: ['uniform'],
    draw(row, taken, random) {
      const total = rowsOfWeights[row].without(taken);
      const { weight } = rowsOfWeights[row];
      if (total === 0) throw nothingLeft(observation, row, taken);
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
      const total = rowsOfWeights[row].without(taken);
      const weight = rowsOfWeights[row].weight[item];
      return weight > 0 ? weight / total : 0;
    },
    rank(row, count) {
      rowsOfWeights[row].without(NOTHING_TAKEN);
      writeMask(observation, row, mask);
      return bestItems(rowsOfWeights[row].weight, mask, count);
    },
  });
}

/** All items with a weight are in the slate: there are no others, or their weights are 0. */
function nothingLeft(observation: Observation, row: number, taken: Taken): NothingAllowedError {
  const count = 1 + taken.length;
  const allowed = countAllowed(observation, row);
  if (allowed < count) return new NothingAllowedError(row, count);
  const found = `allows ${counted(allowed, 'item')}, of which ${taken.length === 0 ? 'none' : taken.length} ${
    taken.length > 1 ? 'have' : 'has'
  } a weight above 0`;
  return new NothingAllowedError(row, count, `${found}. Give more of them such a weight, or show fewer.`);
}
