export { createRandom, IalpError, InvalidOptionError, MissingPackageError, type Random } from '@ialp/core';
export type { InteractionLog } from '@ialp/core/log';
export {
  aggregateCurves,
  type CurveInterval,
  type IntervalOptions,
  type MeanInterval,
  meanInterval,
  pairedDifference,
} from './aggregate.js';
export { catalogueCoverage, type EntropyOptions, entropy, exposure, gini } from './beyond/concentration.js';
export {
  dominantFeatures,
  featureDomination,
  type GroupExposureOptions,
  groupExposure,
  type MiscalibrationOptions,
  miscalibration,
} from './beyond/groups.js';
export { averagePopularity, intraListDiversity, novelty, repetition, serendipity } from './beyond/lists.js';
export { discountedReward } from './discounted-reward.js';
export { studentTQuantile } from './distributions/student-t.js';
export { type Episodes, episodesOf } from './episodes.js';
export { InvalidLogError } from './errors.js';
export type { BanditLog, ModelledBanditLog } from './ope/bandit-log.js';
export { diagnose, diagnoseTrajectories, type OpeDiagnosis } from './ope/diagnosis.js';
export {
  type BoundOptions,
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  selfNormalisedIps,
  shrinkageDoublyRobust,
  switchDoublyRobust,
} from './ope/estimators.js';
export {
  bootstrapInterval,
  type EmpiricalBernsteinOptions,
  empiricalBernsteinInterval,
  type RowBootstrapOptions,
} from './ope/intervals.js';
export {
  type CandidatePolicy,
  type PolicySelection,
  type SelectPolicyOptions,
  selectPolicy,
} from './ope/select-policy.js';
export { type SlateAssumption, type SlateLog, type SlateOptions, slateIps } from './ope/slates.js';
export {
  fittedQEvaluation,
  type ModelledTrajectoryLog,
  perDecisionIps,
  sequentialDoublyRobust,
  type TrajectoryLog,
  type TrajectoryOptions,
  trajectoryIps,
  weightedPerDecisionIps,
  weightedTrajectoryIps,
} from './ope/trajectories.js';
export type {
  Ends,
  EstimateOptions,
  IntervalMethod,
  RowTerms,
  TermRanges,
  ValueEstimate,
} from './ope/value-estimate.js';
export type { ItemId, RelevantItems } from './ranking/by-ids.js';
export { dcg, type GainOptions, type NdcgOptions, ndcg } from './ranking/gain.js';
export type { CutOff, JudgedList, RankedList, RelevantTotal } from './ranking/relevance.js';
export { type SampledRanking, sampledMetricWarnings } from './ranking/sampling.js';
export { type RankOptions, rankByScore, rocAuc } from './ranking/scores.js';
export { averagePrecision, hitRate, precision, recall, reciprocalRank } from './ranking/set-metrics.js';
export { cumulativeRegret } from './regret.js';
export {
  type CompareRunsOptions,
  compareRuns,
  type MethodSummary,
  type RunComparison,
  type RunPair,
} from './results/compare-runs.js';
export type { RunCurve, RunResult } from './results/run-result.js';
export { type BootstrapInterval, type BootstrapOptions, stratifiedBootstrap } from './runs/bootstrap.js';
export { benjaminiHochbergAdjusted, holmAdjusted } from './runs/multiple-comparisons.js';
export { type PairedTest, pairedTTest, type SignFlipOptions, signFlipTest } from './runs/paired-tests.js';
export { type PairwiseComparison, type PairwiseOptions, pairwiseComparisons } from './runs/pairwise.js';
export {
  interquartileMean,
  meanScore,
  medianScore,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
} from './runs/point-estimates.js';
export { type ComparisonPlan, powerOfRuns, type RequiredRunsOptions, requiredRuns } from './runs/power.js';
export type { RunScores, UniformRandom } from './runs/scores.js';
export {
  type ConfidenceSequence,
  type ConfidenceSequenceOptions,
  type ConfidenceSequenceState,
  createConfidenceSequence,
  createDifferenceSequence,
  type DifferenceSequence,
  type DifferenceSequenceOptions,
  type DifferenceSequenceState,
  type SequenceInterval,
} from './sequential/confidence-sequence.js';
export { type SplitByTimeOptions, splitByTime, type TimeSplit } from './split-by-time.js';
export { createExposureCounter, type ExposureCounter } from './streaming/exposure-counter.js';
export {
  createOpeStream,
  type LoggedDecision,
  type OpeStream,
  type OpeStreamEstimates,
  type OpeStreamState,
} from './streaming/ope-stream.js';
export { createRunningMean, type RunningMean, type RunningMeanState } from './streaming/running-mean.js';
export { retention, type SurvivalCurve, survivalCurve } from './survival.js';
export { validateLog } from './validate-log.js';
export {
  type Budget,
  cumulativeReward,
  earlyReward,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  type RewardCurve,
  rewardCurve,
  type WindowOptions,
} from './windows.js';
