import { checkpointState, combineCheckpointables } from '@ialp/core';
import type { ChangeDetector } from '../../change-detector.js';
import { checkDetector, type DetectorOptions } from './cusum.js';
import { StandardScores } from './standard-scores.js';

/**
 * The test of Page and Hinkley for a fall of the mean (Page 1954; Hinkley 1971, Inference about the change-point from
 * cumulative sum tests). Unlike the cumulative sum it measures from the mean of all values so far, and so follows a mean that
 * rises: with `m` that mean, `U = sum of (z - m + allowance)`, and an alarm where `U` lies the threshold below its
 * greatest value.
 *
 * Its `add` throws an `InvalidOptionError` for a value that is not finite.
 * @throws {InvalidOptionError}
 */
export function createPageHinkleyDetector(options: DetectorOptions = {}): ChangeDetector {
  const { allowance, threshold, burnIn } = checkDetector(options);
  const scores = new StandardScores(burnIn);
  let [count, mean, sum, greatest] = [burnIn, 0, 0, 0];
  return {
    specificationVersion: 'v1',
    get evidence() {
      return (greatest - sum) / threshold;
    },
    add(value) {
      const score = scores.of(value);
      if (score !== undefined) {
        mean += (score - mean) / ++count;
        sum += score - mean + allowance;
        greatest = Math.max(greatest, sum);
      }
      return greatest - sum >= threshold;
    },
    reset() {
      [count, mean, sum, greatest] = [burnIn, 0, 0, 0];
      scores.reset();
    },
    ...combineCheckpointables({
      scores: scores.state,
      sums: checkpointState(
        () => ({ count, mean, sum, greatest }),
        (state) => {
          ({ count, mean, sum, greatest } = state);
        },
      ),
    }),
  };
}
