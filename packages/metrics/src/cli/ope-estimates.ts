import type { BanditLog, ModeledBanditLog } from '../ope/bandit-log.js';
import { diagnose, diagnoseTrajectories, type OpeDiagnosis } from '../ope/diagnosis.js';
import {
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from '../ope/estimators.js';
import {
  fittedQEvaluation,
  perDecisionIps,
  sequentialDoublyRobust,
  type TrajectoryLog,
  trajectoryIps,
  weightedPerDecisionIps,
  weightedTrajectoryIps,
} from '../ope/trajectories.js';
import type { EstimateOptions, ValueEstimate } from '../ope/value-estimate.js';

/** Options of all estimators together. */
export interface AllEstimatesOptions extends EstimateOptions {
  readonly bound: number;
  readonly discount: number;
  /** Whether the interval needs the range of the terms; estimators without a known range are then omitted. */
  readonly needsRange: boolean;
}

/** A log to evaluate a policy on: single decisions, or trajectories if it has that column; with or without a model. */
export type LogToEvaluate = (BanditLog | ModeledBanditLog) & { readonly trajectory?: ArrayLike<number> };

/** All estimators for which the log has the columns. */
export function estimatesOf(log: LogToEvaluate, options: AllEstimatesOptions): Record<string, ValueEstimate> {
  return hasTrajectories(log) ? trajectoryEstimates(log, options) : banditEstimates(log, options);
}

/** Diagnosis of the weights. */
export function diagnosisOf(log: LogToEvaluate): OpeDiagnosis {
  return hasTrajectories(log) ? diagnoseTrajectories(log) : diagnose(log);
}

/** The estimator for selecting a policy: doubly robust if all policies have a model, so that all use the same one. */
export function selectionEstimator(
  isModeled: boolean,
  discount: number,
): (log: LogToEvaluate, options: EstimateOptions) => ValueEstimate {
  return (log, options) => {
    const all = { ...options, discount };
    if (isModeled && 'qHat' in log) {
      return hasTrajectories(log) ? sequentialDoublyRobust(log, all) : doublyRobust(log, options);
    }
    return hasTrajectories(log) ? weightedPerDecisionIps(log, all) : snips(log, options);
  };
}

function hasTrajectories<Log extends LogToEvaluate>(log: Log): log is Log & TrajectoryLog {
  return log.trajectory !== undefined;
}

/** All estimators of single decisions for which the log has the columns. */
function banditEstimates(
  log: BanditLog | ModeledBanditLog,
  { bound, discount: _, needsRange: __, ...options }: AllEstimatesOptions,
): Record<string, ValueEstimate> {
  const bounded = { ...options, bound };
  return {
    IPS: ips(log, options),
    'clipped IPS': clippedIps(log, bounded),
    'self-normalised IPS': snips(log, options),
    ...('qHat' in log && {
      'direct method': directMethod(log, options),
      'doubly robust': doublyRobust(log, options),
      'SWITCH-DR': switchDoublyRobust(log, bounded),
      'shrinkage DR': shrinkageDoublyRobust(log, bounded),
    }),
  };
}

/** All estimators of trajectories for which the log has the columns. */
function trajectoryEstimates(
  log: TrajectoryLog & (BanditLog | ModeledBanditLog),
  { bound: _, discount, needsRange, ...options }: AllEstimatesOptions,
): Record<string, ValueEstimate> {
  const discounted = { ...options, discount };
  return {
    'trajectory IPS': trajectoryIps(log, discounted),
    'weighted trajectory IPS': weightedTrajectoryIps(log, discounted),
    'per-decision IPS': perDecisionIps(log, discounted),
    ...(!needsRange && { 'weighted per-decision IPS': weightedPerDecisionIps(log, discounted) }),
    ...('qHat' in log && {
      ...(!needsRange && { 'sequential doubly robust': sequentialDoublyRobust(log, discounted) }),
      'fitted Q evaluation': fittedQEvaluation(log, options),
    }),
  };
}
