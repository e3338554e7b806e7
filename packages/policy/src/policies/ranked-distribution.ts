import type { Observation } from '@ialp/core';
import { NothingAllowedError } from '../errors.js';
import type { ActionDistribution } from '../policy.js';
import { countOpen, drawOpen, includes, isOpen, type Taken } from './allowed-items.js';
import { slateDistribution } from './slate-distribution.js';

/** The allowed items of a row in order of preference, best first: at least `count`, or all if there are fewer. */
export type RankRow = (row: number, count: number) => ArrayLike<number>;

/**
 * Always the best item that is not in the slate yet.
 *
 * The distribution throws a `NothingAllowedError` for a row that allows no item.
 */
export function greedyDistribution(observation: Observation, rank: RankRow): ActionDistribution {
  const best = bestOf(observation, rank);
  for (let row = 0; row < observation.rows; row++) best(row, []);
  return slateDistribution(observation, {
    uses: [],
    draw: (row, taken) => best(row, taken),
    probability: (row, taken, item) => (isOpen(observation, row, item, taken) && item === best(row, taken) ? 1 : 0),
    rank: (row, count) => Array.from(rank(row, count)).slice(0, count),
  });
}

/**
 * The greedy item with probability `1 - epsilon`, else a uniformly random allowed item (Sutton and Barto 2018, section 2.2). With
 * `n` allowed items the greedy one has the propensity `1 - epsilon + epsilon / n`, the others `epsilon / n`. In slates, the greedy item
 * is the best of those that are not in the slate yet, of which there are `n`.
 *
 * @param epsilon from 0 to 1.
 * @throws {NothingAllowedError} for a row that allows no item.
 */
export function epsilonGreedyDistribution(
  observation: Observation,
  rank: RankRow,
  epsilon: number,
): ActionDistribution {
  const best = bestOf(observation, rank);
  for (let row = 0; row < observation.rows; row++) best(row, []);
  return slateDistribution(observation, {
    draw: (row, taken, random) =>
      random.uniform() < epsilon ? drawOpen(observation, row, taken, random) : best(row, taken),
    probability(row, taken, item) {
      if (!isOpen(observation, row, item, taken)) return 0;
      const share = epsilon / countOpen(observation, row, taken);
      return item === best(row, taken) ? 1 - epsilon + share : share;
    },
    rank: (row, count) => Array.from(rank(row, count)).slice(0, count),
  });
}

/** Length of a ranking from which slates are filled, at least. */
const MIN_SLATE = 8;

/** The best item of a row that is not in its slate; rankings are computed once, and again when a longer one is needed. */
function bestOf({ rows }: Observation, rank: RankRow): (row: number, taken: Taken) => number {
  const rankings = new Array<ArrayLike<number> | undefined>(rows).fill(undefined);
  return (row, taken) => {
    let ranking = rankings[row];
    if (ranking === undefined || ranking.length <= taken.length) {
      // One item is enough without slates; with them, more are asked for at once than the next position needs.
      ranking = rank(row, taken.length === 0 ? 1 : Math.max(MIN_SLATE, 2 * taken.length));
      rankings[row] = ranking;
    }
    for (let place = 0; place < ranking.length; place++) if (!includes(taken, ranking[place])) return ranking[place];
    throw new NothingAllowedError(row, 1 + taken.length);
  };
}
