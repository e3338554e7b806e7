import type { Observation, Random } from '@ialp/core';
import { checkRandom } from '../checks/arguments.js';
import { checkCount } from '../checks/options.js';
import { checkChosen, checkSample } from '../checks/states.js';
import type { ActionDistribution, Ranking } from '../policy.js';
import { NOTHING_TAKEN, type Taken } from './allowed-items.js';

/** What a policy does in the rows of an observation, position by position of a slate. */
export interface RowPolicy {
  /** Methods of the generator that `draw` uses. */
  readonly uses?: readonly (keyof Random)[];
  /** Draws an item that the row allows and that is not in its slate. @throws {NothingAllowedError} */
  draw(row: number, taken: Taken, random: Random): number;
  /** The probability with which `draw` returns an item; 0 for one that is not allowed or in the slate. */
  probability(row: number, taken: Taken, item: number): number;
  /** The row's items in descending order of their probabilities with an empty slate; at most `count`. */
  rank(row: number, count: number): ArrayLike<number>;
}

/** The distribution of a policy that is given row by row. A slate is drawn from top to bottom. */
export function slateDistribution(
  { rows, items: all }: Pick<Observation, 'rows' | 'items'>,
  policy: RowPolicy,
): ActionDistribution {
  const propensity = (items: Int32Array): Float32Array => {
    const count = checkChosen(items, { rows });
    const result = new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      for (let place = row * count; place < (row + 1) * count; place++) {
        const taken = items.subarray(row * count, place);
        result[place] = policy.probability(row, taken, items[place]);
        // Below an item that cannot be shown, nothing can.
        if (result[place] === 0) break;
      }
    }
    return result;
  };
  return {
    propensity,
    sample(random, options) {
      checkRandom(random, 'random', policy.uses ?? ['uniform', 'integer']);
      const count = checkSample(options, all);
      const items = new Int32Array(rows * count);
      for (let row = 0; row < rows; row++) {
        for (let place = row * count; place < (row + 1) * count; place++) {
          items[place] = policy.draw(row, items.subarray(row * count, place), random);
        }
      }
      return { items, propensity: propensity(items) };
    },
    top(count): Ranking {
      checkCount(count, all);
      const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
      for (let row = 0; row < rows; row++) {
        const best = policy.rank(row, count);
        for (let place = 0; place < best.length; place++) {
          ranking.items[row * count + place] = best[place];
          ranking.scores[row * count + place] = policy.probability(row, NOTHING_TAKEN, best[place]);
        }
      }
      return ranking;
    },
  };
}
