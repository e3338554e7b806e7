import type { Observation } from '@ialp/env';
import { DivergenceError, InvalidOptionError, NothingAllowedError, ShapeError } from '../errors.js';
import type { Learner } from '../learner.js';
import { requireInteger, requireNumber } from '../options.js';
import type { Action, Policy } from '../policy.js';

/** Options of `createPopularity`. */
export interface PopularityOptions {
  /** Items in the catalogue. */
  readonly items: number;
  /**
   * `[items]`: what was known before the first day (votes, sales), in any unit: only the order counts. Absent: all
   * items are equal.
   */
  readonly prior?: Float32Array;
  /** How many times an item must have been shown for its own feedback to count as much as the prior. Default 20. */
  readonly priorStrength?: number;
  /** Steps between two rankings. Default 10. */
  readonly rolloutLength?: number;
}

/**
 * The most popular allowed item, always: the baseline that every shop has. Items are ranked by mean feedback, shrunk
 * towards a prior that falls evenly from 1 for the best known item to 0 for the least known (1/2 for all where there is
 * none): `(strength * prior + sum of feedback) / (strength + times shown)`. Ties go to the lower index.
 *
 * Its `learn` throws a `DivergenceError` for a reward that is not finite, and keeps its ranking.
 * @throws {InvalidOptionError}
 */
export function createPopularity(options: PopularityOptions): Learner {
  const { items, prior, priorStrength = 20, rolloutLength = 10 } = options;
  requireInteger('items', items, 1);
  requireNumber('priorStrength', priorStrength, 0);
  if (priorStrength === 0) throw new InvalidOptionError('priorStrength', 0, 'a number above 0');
  requireInteger('rolloutLength', rolloutLength, 1);
  if (prior !== undefined && prior.length !== items) {
    throw new InvalidOptionError('prior', `${prior.length} numbers`, `one for each of the ${items} items`);
  }
  prior?.forEach((value, item) => {
    if (Number.isNaN(value)) throw new InvalidOptionError(`prior[${item}]`, value, 'a number');
  });
  const expected = prior === undefined ? new Float32Array(items).fill(0.5) : evenlyByRank(prior);
  const feedback = new Float64Array(items);
  const shown = new Float64Array(items);
  let ranking = rank();

  function rank(): Int32Array {
    const score = Float64Array.from(
      expected,
      (value, item) => (priorStrength * value + feedback[item]) / (priorStrength + shown[item]),
    );
    return Int32Array.from(expected.keys()).sort((a, b) => score[b] - score[a] || a - b);
  }

  const policy: Policy = {
    items,
    distribution(observation) {
      if (observation.items !== items) throw new ShapeError('items of the observation', observation.items, items);
      const best = Int32Array.from({ length: observation.sessions }, (_, row) =>
        firstAllowed(ranking, observation, row),
      );
      return {
        propensity: (chosen) => Float32Array.from(chosen, (item, row) => (item === best[row] ? 1 : 0)),
        sample: (): Action => ({ items: best, propensity: new Float32Array(best.length).fill(1) }),
      };
    },
  };

  return {
    policy,
    rolloutLength,
    learn({ actions, reward }) {
      const wrong = reward.findIndex((value) => !Number.isFinite(value));
      if (wrong !== -1) throw new DivergenceError(`The reward of row ${wrong} is ${reward[wrong]}; expected a number.`);
      for (let row = 0; row < actions.length; row++) {
        feedback[actions[row]] += reward[row];
        shown[actions[row]]++;
      }
      ranking = rank();
      return {};
    },
  };
}

function firstAllowed(ranking: Int32Array, { mask, items }: Observation, row: number): number {
  for (const item of ranking) if (mask[row * items + item] === 1) return item;
  throw new NothingAllowedError(row);
}

/** 1 for the greatest value down to 0 for the least, in even steps. */
function evenlyByRank(values: Float32Array): Float32Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[b] - values[a] || a - b);
  const result = new Float32Array(values.length);
  order.forEach((item, place) => {
    result[item] = values.length === 1 ? 1 : 1 - place / (values.length - 1);
  });
  return result;
}
