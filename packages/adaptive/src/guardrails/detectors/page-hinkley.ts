import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { ChangeDetector } from '../../change-detector.js';
import { checkDetectorOptions, type DetectorOptions } from './cusum.js';
import { StandardScores } from './standard-scores.js';

/**
 * Page-Hinkley test for a drop of the mean (Page 1954; Hinkley 1971, Inference about the change-point from cumulative sum tests).
 * Unlike CUSUM it compares with the running mean `m` of all values, and so adapts to a rising mean: with `z` the value
 * standardised by the initial values, `U = sum of (z - m + allowance)`. It alarms when `U` is the threshold below its maximum.
 *
 * `add` throws an `InvalidOptionError` for a value that is not finite.
 * @throws {InvalidOptionError}
 */
export function createPageHinkleyDetector(options: DetectorOptions = {}): ChangeDetector {
  const { allowance, threshold, burnIn } = checkDetectorOptions(options);
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
