/** Off-policy evaluation: the exports of `@ialp/metrics/ope`. */
export type { BanditLog, ModeledBanditLog } from './bandit-log.js';
export { diagnose, diagnoseTrajectories, type OpeDiagnosis } from './diagnosis.js';
export {
  type BoundOptions,
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from './estimators.js';
export {
  bootstrapInterval,
  type EmpiricalBernsteinOptions,
  empiricalBernsteinInterval,
  type RowBootstrapOptions,
} from './intervals.js';
export {
  type CandidatePolicy,
  type PolicySelection,
  type SelectPolicyOptions,
  selectPolicy,
} from './select-policy.js';
export { type SlateAssumption, type SlateLog, type SlateOptions, slateIps } from './slates.js';
export {
  fittedQEvaluation,
  type ModeledTrajectoryLog,
  perDecisionIps,
  sequentialDoublyRobust,
  type TrajectoryLog,
  type TrajectoryOptions,
  trajectoryIps,
  weightedPerDecisionIps,
  weightedTrajectoryIps,
} from './trajectories.js';
export type {
  Ends,
  EstimateOptions,
  IntervalMethod,
  RowTerms,
  TermRanges,
  ValueEstimate,
} from './value-estimate.js';
