import { checkNumber, checkOptionNames, checkPositive } from '@ialp/core';
import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { ChangeDetector } from '../../change-detector.js';
import { StandardScores } from './standard-scores.js';

/** Options of `createCusumDetector` and `createPageHinkleyDetector`, in standard deviations of a value. */
export interface DetectorOptions {
  /** Half the smallest drop to detect, in standard deviations of a value. Default 0.25. */
  readonly allowance?: number;
  /** Cumulative sum at which it alarms, in standard deviations of a value. Default 20. */
  readonly threshold?: number;
  /** Initial values from which mean and standard deviation are estimated. At least 2. Default 200. */
  readonly burnIn?: number;
}

const OPTION_NAMES: readonly (keyof DetectorOptions)[] = ['allowance', 'threshold', 'burnIn'];

/** Checks the options and fills in the defaults. @throws {InvalidOptionError} */
export function checkDetectorOptions(options: DetectorOptions): Required<DetectorOptions> {
  checkOptionNames(options, OPTION_NAMES);
  const { allowance = 0.25, threshold = 20, burnIn = 200 } = options;
  checkNumber('allowance', allowance, 0);
  checkPositive('threshold', threshold);
  return { allowance, threshold, burnIn };
}

/**
 * Cumulative sum (CUSUM) test for a drop of the mean (Page 1954, Continuous inspection schemes): with `z` the value standardised by
 * the initial values, `S = max(0, S - z - allowance)`. It alarms when `S` reaches the threshold.
 *
 * `add` throws an `InvalidOptionError` for a value that is not finite.
 * @throws {InvalidOptionError}
 */
export function createCusumDetector(options: DetectorOptions = {}): ChangeDetector {
  const { allowance, threshold, burnIn } = checkDetectorOptions(options);
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
