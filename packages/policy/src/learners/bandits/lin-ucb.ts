import {
  type Allowances,
  checkInteger,
  checkNumber,
  checkPositive,
  counted,
  described,
  InvalidOptionError,
  isAllowed,
} from '@ialp/core';
import { checkNamedOptions, checkNumbers, checkOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import type { CheckpointableLearner } from '../../learner.js';
import { greedyDistribution } from '../../policies/ranked-distribution.js';
import type { Policy } from '../../policy.js';
import { checkBanditExperience } from './check-experience.js';
import { LinearContexts } from './linear-contexts.js';
import { RidgeRegression } from './ridge-regression.js';
import { shownItems } from './shown-items.js';

/** Features of the items. */
export interface ItemFeatures {
  /** `[items, width]`, row-major, finite; rows of about unit length. Copied. */
  readonly data: Float32Array;
  /** Features of each item. At least 1. */
  readonly width: number;
}

/** Options of `createLinUcb`. */
export interface LinUcbOptions {
  /** Features of all items. Memory and time to act grow with `items * width^2`. */
  readonly features: ItemFeatures;
  /** Weight of the confidence bound; 0 is greedy. Default 1. */
  readonly alpha?: number;
  /** Ridge penalty, above 0. Default 1. */
  readonly ridge?: number;
  /** Turns of each session between two updates. Default 10. */
  readonly rolloutLength?: number;
}

const OPTION_NAMES: readonly (keyof LinUcbOptions)[] = ['features', 'alpha', 'ridge', 'rolloutLength'];

/**
 * LinUCB (Li, Chu, Langford and Schapire 2010, A contextual-bandit approach to personalized news article
 * recommendation; Abbasi-Yadkori, Pal and Szepesvari 2011) with one linear model shared by all items. Item `a` has the context
 * `x = [1, e_a, e_a * m]`: its features, and their products with the user profile `m` of the session, the mean over the history
 * of feedback times features (0 before the first interaction). With `A = ridge * I + sum of x x^T` and `b = sum of reward * x`
 * the upper confidence bound is `x.A^-1 b + alpha * sqrt(x^T A^-1 x)`.
 *
 * Deterministic: it shows the allowed item of the greatest bound; ties go to the lower index.
 *
 * The policy throws a `NothingAllowedError` for a state that allows no item, and a `ShapeError` for another catalogue.
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for what is not trajectories, and a
 * `DivergenceError` for a reward that is not finite, or if features are so large that `A` cannot be inverted in double
 * precision; the learner is then unchanged.
 * @throws {InvalidOptionError}
 * @throws {OutOfMemoryError} if the products of the features do not fit in memory (at most 4 GiB).
 */
export function createLinUcb(options: LinUcbOptions): CheckpointableLearner {
  checkNamedOptions(options, '{ features: { data, width } }', OPTION_NAMES);
  const { features, alpha = 1, ridge = 1, rolloutLength = 10 } = options;
  checkOptions(features, '{ data, width }', 'features');
  checkFeatures(features);
  checkNumber('alpha', alpha, 0);
  checkPositive('ridge', ridge);
  checkInteger('rolloutLength', rolloutLength, 1);
  const contexts = new LinearContexts(features.data, features.width);
  const { items, size } = contexts;
  const model = new RidgeRegression(size, ridge);

  const policy: Policy = {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      return greedyDistribution(observation, (row, count) => {
        const bounds = contexts.upperBounds(model, alpha, contexts.profile(observation, row));
        return greatestAllowed(bounds, observation, row, count);
      });
    },
  };

  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength,
    learn(trajectories) {
      checkBanditExperience(trajectories, items);
      const { items: shown, feedback, row } = shownItems(trajectories);
      const rows = new Float64Array(shown.length * size);
      shown.forEach((item, place) => {
        const profile = contexts.profile(trajectories.states, row[place]);
        contexts.write(item, profile, rows.subarray(place * size, (place + 1) * size));
      });
      model.add(rows, feedback);
      return {};
    },
    checkpoint: () => model.checkpoint(),
    restore: (checkpoint) => model.restore(checkpoint),
  };
}

function checkFeatures({ data, width }: ItemFeatures): void {
  checkInteger('features.width', width, 1);
  checkNumbers('features.data', data);
  if (data.length === 0 || data.length % width !== 0) {
    throw new InvalidOptionError('features.data', described(counted(data.length, 'number')), `${width} for each item`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`features.data[${wrong}]`, data[wrong], 'a finite number');
}

/** The allowed items of greatest value, best first, at most `count`; ties go to the lower index. */
function greatestAllowed(values: Float64Array, states: Allowances, row: number, count: number): number[] {
  const best: number[] = [];
  for (let item = 0; item < states.items; item++) {
    const last = best.length === count ? values[best[count - 1]] : Number.NEGATIVE_INFINITY;
    if (!(values[item] > last) || !isAllowed(states, row, item)) continue;
    if (best.length === count) best.pop();
    let place = best.length;
    while (place > 0 && values[best[place - 1]] < values[item]) place--;
    best.splice(place, 0, item);
  }
  return best;
}
