/** Runs of several seeds and environments: the exports of `@ialp/metrics/runs`. */

export { type BootstrapInterval, type BootstrapOptions, stratifiedBootstrap } from './bootstrap.js';
export {
  type CompareRunsOptions,
  compareRuns,
  type MethodSummary,
  type RunComparison,
  type RunPair,
} from './compare-runs.js';
export { benjaminiHochbergAdjusted, holmAdjusted } from './multiple-comparisons.js';
export { type PairedTest, pairedTTest, type SignFlipOptions, signFlipTest } from './paired-tests.js';
export { type PairwiseComparison, type PairwiseOptions, pairwiseComparisons } from './pairwise.js';
export {
  interquartileMean,
  meanScore,
  medianScore,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
} from './point-estimates.js';
export { type ComparisonPlan, powerOfRuns, type SampleSizeOptions, sampleSize } from './power.js';
export type { RunCurve, RunResult } from './run-result.js';
export type { RunScores, UniformRandom } from './scores.js';
