import { checkNumber, checkPositive, checkpointState, combineCheckpointables } from '@ialp/core';
import type { ChangeDetector } from '../../change-detector.js';
import { StandardScores } from './standard-scores.js';

/** Options of `createCusumDetector` and `createPageHinkleyDetector`. */
export interface DetectorOptions {
  /** A fall by less than twice this, in standard deviations of a value, is of no interest. Default 0.25. */
  readonly allowance?: number;
  /** It alarms where the falls add up to this, in standard deviations of a value. Default 20. */
  readonly threshold?: number;
  /** Values by which mean and deviation are told first. Default 200. */
  readonly burnIn?: number;
}

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} */
export function checkDetector({
  allowance = 0.25,
  threshold = 20,
  burnIn = 200,
}: DetectorOptions): Required<DetectorOptions> {
  checkNumber('allowance', allowance, 0);
  checkPositive('threshold', threshold);
  return { allowance, threshold, burnIn };
}

/**
 * The cumulative sum test for a fall of the mean (Page 1954, Continuous inspection schemes): with `z` a value as a standard
 * score of the first ones, `S = max(0, S - z - allowance)`, and an alarm where `S` reaches the threshold.
 *
 * Its `add` throws an `InvalidOptionError` for a value that is not finite.
 * @throws {InvalidOptionError}
 */
export function createCusumDetector(options: DetectorOptions = {}): ChangeDetector {
  const { allowance, threshold, burnIn } = checkDetector(options);
  const scores = new StandardScores(burnIn);
  let sum = 0;
  return {
    specificationVersion: 'v1',
    get evidence() {
      return sum / threshold;
    },
    add(value) {
      const score = scores.of(value);
      if (score !== undefined) sum = Math.max(0, sum - score - allowance);
      return sum >= threshold;
    },
    reset() {
      sum = 0;
      scores.reset();
    },
    ...combineCheckpointables({
      scores: scores.state,
      sum: checkpointState(
        () => ({ sum }),
        (state) => {
          sum = state.sum;
        },
      ),
    }),
  };
}
