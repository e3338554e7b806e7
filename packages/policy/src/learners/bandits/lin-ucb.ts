import { checkInteger, checkNumber, checkPositive, counted, described, InvalidOptionError } from '@ialp/core';
import { checkNamedOptions, checkNumbers, checkOptions } from '../../checks/options.js';
import { checkChosen, checkStates } from '../../checks/states.js';
import { NothingAllowedError } from '../../errors.js';
import type { Learner } from '../../learner.js';
import type { Allowances } from '../../policies/allowed-items.js';
import type { Policy } from '../../policy.js';
import { checkBanditRollout } from './check-rollout.js';
import { LinearContexts } from './linear-contexts.js';
import { RidgeRegression } from './ridge-regression.js';

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
  /** Steps of all sessions between updates. Default 10. */
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
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for a rollout that is not full, and a
 * `DivergenceError` for a reward that is not finite, or if features are so large that `A` cannot be inverted in double
 * precision; the learner is then unchanged.
 * @throws {InvalidOptionError}
 * @throws {OutOfMemoryError} if the products of the features do not fit in memory (at most 4 GiB).
 */
export function createLinUcb(options: LinUcbOptions): Learner {
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
    specificationVersion: 'v1',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      const { sessions } = observation;
      const best = Int32Array.from({ length: sessions }, (_, row) => {
        const bounds = contexts.upperBounds(model, alpha, contexts.profile(observation, row));
        return greatestAllowed(bounds, observation, row);
      });
      return {
        propensity(chosen) {
          checkChosen(chosen, { sessions });
          return Float32Array.from(chosen, (item, row) => (item === best[row] ? 1 : 0));
        },
        sample: () => ({ items: best, propensity: new Float32Array(best.length).fill(1) }),
      };
    },
  };

  return {
    specificationVersion: 'v1',
    policy,
    rolloutLength,
    learn(rollout) {
      checkBanditRollout(rollout, items);
      const { states, actions, reward } = rollout;
      const rows = new Float64Array(actions.length * size);
      actions.forEach((item, row) => {
        contexts.write(item, contexts.profile(states, row), rows.subarray(row * size, (row + 1) * size));
      });
      model.add(rows, reward);
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

function greatestAllowed(values: Float64Array, { mask, items }: Allowances, row: number): number {
  let best = -1;
  for (let item = 0; item < items; item++) {
    if (mask[row * items + item] === 1 && (best === -1 || values[item] > values[best])) best = item;
  }
  if (best === -1) throw new NothingAllowedError(row);
  return best;
}
